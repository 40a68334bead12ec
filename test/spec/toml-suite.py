"""toml-suite.py TOML_TEST_TAR DECODER EXPECTATIONS: the TOML 1.0 cases of toml-test through mdc's
parser.

EXPECTATIONS names the cases that the parser is known to get wrong, one a line, `CASE  REASON`. A
listed case that is right is an error too, so that the list cannot rot.
"""

import datetime
import json
import math
import re
import subprocess
import sys
import tarfile


def read_expectations(path):
    with open(path, encoding="utf-8") as lines:
        rows = [line.split(None, 1) for line in lines if line.strip() and not line.startswith("#")]
    return {case: reason.strip() for case, reason in rows}


def same_moment(kind, expected, actual):
    """Fractions may have any number of digits, and Z is +00:00."""

    def read(text):
        text = text.upper().replace(" ", "T").replace("Z", "+00:00")
        head, dot, fraction = text.partition(".")
        if dot:
            digits = ""
            while fraction and fraction[0].isdigit():
                digits, fraction = digits + fraction[0], fraction[1:]
            text = f"{head}.{digits[:6].ljust(6, '0')}{fraction}"
        if kind == "time-local":
            return datetime.time.fromisoformat(text)
        return datetime.datetime.fromisoformat(text)

    return read(expected) == read(actual)


def same(expected, actual):
    if isinstance(expected, list):
        return (
            isinstance(actual, list)
            and len(expected) == len(actual)
            and all(map(same, expected, actual))
        )
    if set(expected) != {"type", "value"} or not isinstance(expected["value"], str):
        return (
            isinstance(actual, dict)
            and expected.keys() == actual.keys()
            and all(same(expected[key], actual[key]) for key in expected)
        )
    if not isinstance(actual, dict) or actual.get("type") != expected["type"]:
        return False
    kind, wanted, got = expected["type"], expected["value"], actual["value"]
    if kind == "float":
        return float(wanted) == float(got) or (math.isnan(float(wanted)) and math.isnan(float(got)))
    if kind == "integer":
        return int(wanted) == int(got)
    if kind in ("datetime", "datetime-local", "time-local"):
        return same_moment(kind, wanted, got)
    return wanted == got


def is_right(decoder, case, files):
    run = subprocess.run([decoder], input=files[case], capture_output=True, timeout=20, check=False)
    if case.startswith("invalid/"):
        return run.returncode == 1
    if run.returncode != 0:
        return False
    return same(json.loads(files[case[:-5] + ".json"]), json.loads(run.stdout))


def read_archive(path):
    files = {}
    with tarfile.open(path) as tar:
        for member in tar:
            _, separator, name = member.name.partition("toml-test/tests/")
            if separator and member.isfile():
                files[name] = tar.extractfile(member).read()
    return files


def add_multi_cases(files):
    """A .multi file holds one invalid case a line, named by its key; `\\x..` stands for a byte."""
    for path in [name for name in files if name.startswith("invalid/") and name.endswith(".multi")]:
        folder = path.rpartition("/")[0]
        for line in files[path].splitlines():
            name = line.partition(b" ")[0].decode(errors="replace")
            if name and not name.startswith("#"):
                raw = line
                if folder.endswith("/control"):
                    raw = re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), line)
                files.setdefault(f"{folder}/{name}.toml", raw + b"\n")


def main(archive, decoder, expectations):
    files = read_archive(archive)
    add_multi_cases(files)
    listed = [name for name in files["files-toml-1.0.0"].decode().split() if name.endswith(".toml")]
    cases = [name for name in listed if name in files]
    known = read_expectations(expectations)
    wrong = {case for case in cases if not is_right(decoder, case, files)}
    for case in sorted(wrong - known.keys()):
        print(f"unexpected failure: {case}")
    for case in sorted(known.keys() - wrong):
        print(f"listed as wrong, but right or absent: {case}")
    print(f"{len(cases)} cases: {len(cases) - len(wrong)} right, {len(wrong)} wrong", end="; ")
    print(f"{len(listed) - len(cases)} more are listed but absent from the archive")
    return 0 if wrong == known.keys() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
