"""Counts test results and prints the line that test/run_all.py adds up."""

import re
import sys

LINE = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$")


class Counts:
    def __init__(self, verbose=True):
        self.passed, self.failed, self.skipped = 0, 0, 0
        self.verbose = verbose

    def ok(self, what):
        self.passed += 1
        if self.verbose:
            print(f"pass  {what}", flush=True)

    def fail(self, what, why):
        self.failed += 1
        print(f"FAIL  {what}: {why}", flush=True)

    def skip(self, what, why):
        self.skipped += 1
        if self.verbose:
            print(f"skip  {what}: {why}", flush=True)

    def check(self, what, problem):
        """`problem` is None or one sentence."""
        if problem is None:
            self.ok(what)
        else:
            self.fail(what, problem)

    def add(self, passed, failed, skipped):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped

    def line(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    def finish(self):
        print(self.line(), flush=True)
        sys.exit(1 if self.failed else 0)
