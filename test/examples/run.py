"""The examples as a newcomer meets them: each README's commands run in a copy of its folder."""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

from harness.counts import Counts  # noqa: E402

SERVE_SECONDS = 2  # a server that still runs after this has started


def readme_commands(folder):
    """The lines of the README's only sh block, comments removed."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^```sh\n(.*?)^```", text, re.M | re.S).group(1)
    return [line.split("#")[0].strip() for line in block.splitlines() if line.strip()]


def problem_of(command, folder, environment):
    """None if the command ends well, or, of a server, if it listens and ends well on SIGTERM."""
    process = subprocess.Popen(command, shell=True, cwd=folder, env=environment, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if " serve" not in command:
        text, _ = process.communicate(timeout=900)
        return None if process.returncode == 0 else f"{command}: {text[-800:]}"
    time.sleep(SERVE_SECONDS)
    if process.poll() is not None:
        return f"{command}: ended at once: {process.stdout.read()[-800:]}"
    process.terminate()
    text, _ = process.communicate(timeout=60)
    # the shell that started it reports the signal, the server itself ends with 0
    return None if process.returncode in (0, -15, 143) else f"{command}: {text[-800:]}"


def run_example(folder, name, environment):
    """The first problem of the example's commands, or None."""
    copy = folder / name
    shutil.copytree(ROOT / "examples" / name, copy, ignore=shutil.ignore_patterns("dist", ".mdc"))
    for command in readme_commands(copy):
        problem = problem_of(f"exec {command}", copy, environment)
        if problem:
            return problem
    return None


def demo_problem(mdc):
    done = subprocess.run([sys.executable, ROOT / "examples" / "demo.py", "--mdc", mdc], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    if done.returncode != 0:
        return done.stdout[-800:]
    # the first of the test digits is a 9, as train.py prints
    return None if "the digit is a 9" in done.stdout else f"no 9 in {done.stdout[-400:]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mdc", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    mdc = arguments.mdc.resolve()
    counts = Counts()
    paths = [str(mdc.parent), str(pathlib.Path(sys.executable).parent), os.environ["PATH"]]
    environment = {**os.environ, "PATH": os.pathsep.join(paths), "NO_COLOR": "1"}
    counts.check("./dev demo shows the right digit", demo_problem(mdc))
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        # the make.py scripts import the module beside their folders
        shutil.copy(ROOT / "examples" / "graph_writer.py", folder)
        for path in sorted((ROOT / "examples").glob("*/README.md")):
            counts.check(f"examples/{path.parent.name}: its README's commands",
                         run_example(folder, path.parent.name, environment))
    counts.finish()


if __name__ == "__main__":
    main()
