"""A second build in one folder says that it waits, waits, and then builds.

builds_wait.py FOLDER
"""

import fcntl
import pathlib
import subprocess
import sys

from serving import check
from small_model import write_model, write_spec


def main(folder):
    write_model(folder)
    write_spec(folder, 1)
    lock = pathlib.Path(folder, ".mdc/lock")
    lock.parent.mkdir()
    with open(lock, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        build = subprocess.Popen(["mdc", "build"], cwd=folder, text=True, stderr=subprocess.PIPE,
                                 stdout=subprocess.DEVNULL)
        said = build.stderr.readline()
        check("another 'mdc build' works in this folder" in said, "says so", said)
        check(build.poll() is None and not pathlib.Path(folder, "dist").exists(), "waits")
    check(build.wait(60) == 0, "then builds", build.stderr.read())
    check(pathlib.Path(folder, "dist/cpu/small").exists(), "the binary is there")
    pair = [subprocess.Popen(["mdc", "build"], cwd=folder, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL) for _ in range(2)]
    check([process.wait(60) for process in pair] == [0, 0], "two at once both end well")


main(*sys.argv[1:])
