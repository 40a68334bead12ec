"""Objects stay for as many builds as the rule says, and go after them.

old_objects.py FOLDER
"""

import os
import pathlib
import subprocess
import sys

from serving import check
from small_model import write_model, write_spec

KEPT_BUILDS = 5


def objects(folder):
    return {path.name for path in pathlib.Path(folder, ".mdc/cpu/objects").iterdir()}


def build(folder, rows):
    write_spec(folder, rows)
    subprocess.run(["mdc", "build"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return objects(folder)


def age(folder):
    """Makes all files look as if they had been made yesterday."""
    for kind in ("regions", "objects"):
        for path in pathlib.Path(folder, ".mdc/cpu", kind).iterdir():
            stat = path.stat()
            os.utime(path, (stat.st_atime - 86400, stat.st_mtime - 86400))


def main(folder):
    write_model(folder)
    first = build(folder, 1)
    check(len(first) == 1, "one region, one level", first)
    for rows in range(2, KEPT_BUILDS + 1):
        age(folder)
        check(first <= build(folder, rows), "the last builds' objects stay", rows)
    age(folder)
    kept = build(folder, 1)
    check(first <= kept and len(kept) == KEPT_BUILDS, "a change that leads back counts again")
    for rows in range(6, 6 + KEPT_BUILDS):
        age(folder)
        kept = build(folder, rows)
    check(not first & kept and len(kept) == KEPT_BUILDS, "nobody has needed the first since", kept)
    texts = list(pathlib.Path(folder, ".mdc/cpu/regions").iterdir())
    check(len(texts) == KEPT_BUILDS, "regions go with their objects", texts)


main(*sys.argv[1:])
