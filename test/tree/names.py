"""Names that say nothing, and text that reads like unfinished work."""

import re

from tree import sizes

EMPTY_WORDS = ("Util", "Utils", "Helper", "Helpers", "Manager", "Common", "Misc")
DEFINITION = re.compile(r"^\s*(?:class|struct|enum(?: class)?|namespace|using|def)\s+(\w+)", re.M)
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")


def words(name):
    """The words of a CamelCase, snake_case or dashed name."""
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)


def says_nothing(name):
    return {word.capitalize() for word in words(name)} & set(EMPTY_WORDS)


def name_problems(root, files):
    for path in files:
        for part in path.parts:
            if says_nothing(part.split(".")[0]):
                yield f"{path}: '{part}' does not say what it holds"
                break
    for path in sizes.code_files(files):
        for name in DEFINITION.findall(sizes.read(root, path)):
            if says_nothing(name):
                yield f"{path}: '{name}' does not say what it is"


def unfinished_problems(root, files):
    for path in sizes.code_files(files):
        for number, line in enumerate(sizes.read(root, path).splitlines(), 1):
            if UNFINISHED.search(line):
                yield f"{path}:{number}: {line.strip()[:80]}"
