"""Lists every file of a `docker load` archive that was unpacked to FOLDER: list_layers.py FOLDER.

With --extract ROOT the layers are unpacked there, as an engine would.
"""

import argparse
import json
import pathlib
import tarfile
import time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--extract", type=pathlib.Path)
    options = parser.parse_args()
    (image,) = json.loads((options.folder / "manifest.json").read_text(encoding="utf-8"))
    for layer in image["Layers"]:
        with tarfile.open(options.folder / layer, "r:") as tar:
            for entry in tar:
                day = time.strftime("%Y-%m-%d", time.gmtime(entry.mtime))
                mode = ("d" if entry.isdir() else "-") + "".join(
                    letter if entry.mode >> (8 - bit) & 1 else "-"
                    for bit, letter in enumerate("rwxrwxrwx"))
                print(f"{mode} {entry.uid}/{entry.gid} {day} {entry.name}")
            if options.extract:
                tar.extractall(options.extract)


main()
