"""The examples as a newcomer meets them: each README's commands run in a copy of its folder, and
print what the README shows of them."""

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
# what a line of a README's report need not have in common with the one printed: a time, and the
# digits behind a region's name, which change with each word of its code
VARIES = re.compile(r"\b[\d.]+ (s|ms)\b|(?<=_)[0-9a-f]{12}\b")
# of a whole binary, most of which is not the example's
SIZE, SIZE_TOLERANCE = re.compile(r"\b([\d.]+) MB"), 0.05


def readme_commands(folder):
    """The lines of the README's only sh block, comments removed."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^```sh\n(.*?)^```", text, re.M | re.S).group(1)
    return [line.split("#")[0].strip() for line in block.splitlines() if line.strip()]


def readme_listings(folder):
    """The lines of each block without a language: what a command prints."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S)
    return [block.splitlines() for language, block in blocks if not language]


def is_same_line(shown, printed):
    sizes = [[float(size) for size in SIZE.findall(line)] for line in (shown, printed)]
    shown, printed = (SIZE.sub("MB", VARIES.sub("", line)).rstrip() for line in (shown, printed))
    near = all(abs(a - b) <= SIZE_TOLERANCE * b for a, b in zip(*sizes))
    return shown == printed and near


def listing_problem(listing, printed):
    """None if the lines of `listing` follow each other in `printed`."""
    starts = [number for number, line in enumerate(printed) if is_same_line(listing[0], line)]
    if not starts:
        return f"no command prints '{listing[0]}'"
    found = printed[starts[0]:starts[0] + len(listing)]
    for shown, line in zip(listing, found):
        if not is_same_line(shown, line):
            return f"the README shows\n{shown}\nbut this is printed\n{line}"
    return None if len(found) == len(listing) else f"nothing follows '{found[-1]}'"


def problem_of(command, folder, environment):
    """(problem, what was printed): no problem if the command ends well, or, of a server, if it
    listens and ends well on SIGTERM."""
    process = subprocess.Popen(command, shell=True, cwd=folder, env=environment, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if " serve" not in command:
        text, _ = process.communicate(timeout=900)
        return None if process.returncode == 0 else f"{command}: {text[-800:]}", text
    time.sleep(SERVE_SECONDS)
    if process.poll() is not None:
        return f"{command}: ended at once: {process.stdout.read()[-800:]}", ""
    process.terminate()
    text, _ = process.communicate(timeout=60)
    # the shell that started it reports the signal, the server itself ends with 0
    return None if process.returncode in (0, -15, 143) else f"{command}: {text[-800:]}", text


def run_example(folder, name, environment):
    """The first problem of the example's commands and what they print, or None."""
    copy = folder / name
    shutil.copytree(ROOT / "examples" / name, copy, ignore=shutil.ignore_patterns("dist", ".mdc"))
    printed = []
    for command in readme_commands(copy):
        problem, text = problem_of(f"exec {command}", copy, environment)
        if problem:
            return problem
        printed += text.replace(f"{copy}/", "").splitlines()
    problems = (listing_problem(listing, printed) for listing in readme_listings(copy))
    return next(filter(None, problems), None)


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
            counts.check(f"examples/{path.parent.name}: its README's commands and reports",
                         run_example(folder, path.parent.name, environment))
    counts.finish()


if __name__ == "__main__":
    main()
