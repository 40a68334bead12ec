"""The rules of the tree: who includes whom, sizes, names, and that passes, ops and commands have
tests.

Each rule is one test; it prints every place that breaks it.
"""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

from harness.counts import Counts  # noqa: E402
from tree import coverage, documents, includes, names, sizes  # noqa: E402


def tracked_files():
    """Paths from the root of what git tracks or would track."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, check=True, capture_output=True).stdout
    paths = [pathlib.PurePosixPath(p.decode()) for p in listed.split(b"\0") if p]
    return sorted(path for path in set(paths) if (ROOT / path).is_file())


RULES = [
    ("parts include only what the table allows", includes.problems),
    ("upstream headers stay in their one file", includes.single_file_problems),
    ("9 files in 10 have under 400 lines, none over 600", sizes.file_problems),
    ("9 functions in 10 have under 45 lines, none over 90", sizes.function_problems),
    ("lines have at most 100 characters", sizes.line_problems),
    ("names say the thing", names.name_problems),
    ("nothing is left unfinished", names.unfinished_problems),
    ("every pass has its folder of tests with an invalid file", coverage.pass_problems),
    ("every op is named by a test", coverage.op_problems),
    ("links in documents lead somewhere", documents.link_problems),
    ("commands in documents exist", documents.command_problems),
]


def main():
    counts = Counts()
    files = tracked_files()
    for what, rule in RULES:
        problems = list(rule(ROOT, files))
        for problem in problems:
            print(f"  {problem}")
        counts.check(what, f"{len(problems)} places" if problems else None)
    counts.finish()


if __name__ == "__main__":
    main()
