"""Documents tell the truth: their links lead somewhere and their commands exist."""

import re

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
FENCE = re.compile(r"^```(?:sh|console)\n(.*?)^```", re.M | re.S)
INLINE = re.compile(r"`((?:\./dev|mdc) [^`\n]+)`")
DEV_CASE = re.compile(r"^  ([a-z]+)(?: \| [^)]*)?\)", re.M)
SUBCOMMANDS = {"init", "check", "build", "run", "test", "bench", "explain", "inspect", "package",
               "clean", "schema", "doctor"}


def documents(root, files):
    for path in files:
        if path.suffix == ".md":
            yield path, (root / path).read_text(encoding="utf-8")


def link_problems(root, files):
    for path, text in documents(root, files):
        for target in LINK.findall(text):
            if not re.match(r"[a-z]+:", target) and not (root / path.parent / target).exists():
                yield f"{path}: link to '{target}', which does not exist"


def commands_of(text):
    for block in FENCE.findall(text):
        for line in block.splitlines():
            yield line.removeprefix("$ ").strip()
    yield from INLINE.findall(text)


def command_problems(root, files):
    known = set(DEV_CASE.findall((root / "dev").read_text(encoding="utf-8")))
    for path, text in documents(root, files):
        for command in commands_of(text):
            words = command.split()
            if len(words) < 2 or not re.fullmatch(r"[a-z]+", words[1]):
                continue
            if words[0] == "./dev" and words[1] not in known:
                yield f"{path}: './dev {words[1]}', expected one of {', '.join(sorted(known))}"
            if words[0] == "mdc" and words[1] not in SUBCOMMANDS:
                yield f"{path}: 'mdc {words[1]}', expected one of {', '.join(sorted(SUBCOMMANDS))}"
