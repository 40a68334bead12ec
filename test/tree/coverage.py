"""Every pass and every op has its tests."""

import re

PASS = re.compile(r'^def\s+(\w+)\s*:\s*(?:Interface)?Pass<\s*"mdc-([\w-]+)"', re.M)
OP = re.compile(r'^\s*def\s+\w+\s*:\s*\w*Op\w*<\s*"([a-z][\w.]*)"', re.M)
TEXT = {".mlir", ".test", ".toml", ".cpp", ".py"}


def pass_problems(root, files):
    for path in files:
        if path.name != "Passes.td":
            continue
        stage = path.parts[-2]
        for name, flag in PASS.findall((root / path).read_text(encoding="utf-8")):
            folder = f"test/{stage}/{flag}/"
            tests = [p.name for p in files if str(p).startswith(folder)]
            if not tests:
                yield f"{path}: {name} has no tests, expected {folder}"
            elif not any("invalid" in test for test in tests):
                yield f"{folder}: has no file with 'invalid' in its name"


def op_problems(root, files):
    text = "\n".join((root / p).read_text(encoding="utf-8", errors="replace") for p in files
                     if p.parts[0] == "test" and p.suffix in TEXT and "tree" not in p.parts)
    for path in files:
        if path.parts[0] != "dialects" or path.suffix != ".td":
            continue
        dialect = path.parts[1]
        for mnemonic in OP.findall((root / path).read_text(encoding="utf-8")):
            if not re.search(rf"\b{dialect}\.{re.escape(mnemonic)}\b", text):
                yield f"{path}: no test names {dialect}.{mnemonic}"
