"""The rule for the tail: sizes of files, functions and lines."""

import ast
import re

CODE = {".cpp", ".h", ".c", ".cu", ".cuh", ".td", ".py", ".cmake", ".sh"}
BRACED = {".cpp", ".h", ".c", ".cu", ".cuh"}
FILE_USUAL, FILE_MOST = 400, 600
FUNCTION_USUAL, FUNCTION_MOST = 45, 90
LINE_MOST = 100
USUAL_SHARE = 0.9

NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|'
                      r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'',
                      re.S)
NO_FUNCTION = re.compile(r"\b(if|for|while|switch|catch|namespace|class|struct|enum|union|do|else|"
                         r"try|extern)\b|=\s*$|\]\s*(\([^()]*\))?\s*(mutable)?\s*(->[^{]*)?$")


def code_files(files):
    return [p for p in files if (p.suffix in CODE or p.name in ("dev", "run", "CMakeLists.txt"))
            and not str(p).startswith("test/inputs/")]


def read(root, path):
    return (root / path).read_text(encoding="utf-8")


def tail_problems(sizes, usual, most, what):
    """`sizes`: (lines, place)."""
    for lines, place in sorted(sizes, key=lambda size: -size[0]):
        if lines > most:
            yield f"{place}: {lines} lines, expected at most {most}"
    long = [size for size in sizes if size[0] >= usual]
    if len(long) > (1 - USUAL_SHARE) * len(sizes):
        yield f"{len(long)} of {len(sizes)} {what} have {usual} lines or more, expected one in ten"


def file_problems(root, files):
    sizes = [(read(root, path).count("\n"), str(path)) for path in code_files(files)]
    yield from tail_problems(sizes, FILE_USUAL, FILE_MOST, "files")


def line_problems(root, files):
    for path in code_files(files):
        for number, line in enumerate(read(root, path).splitlines(), 1):
            if len(line) > LINE_MOST:
                yield f"{path}:{number}: {len(line)} characters"


def blank(match):
    """Comments and strings become blanks of the same number of lines."""
    return re.sub(r"[^\n]", " ", match.group())


def braced_functions(text):
    """(first line, lines) of every outermost function body; a brace counter, not a parser."""
    text = NOT_CODE.sub(blank, text)
    text = re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", blank, text, flags=re.M)
    inside, header, line, start = [], "", 1, 1
    for character in text:
        if character == "\n":
            line += 1
        if character == "{":
            is_function = "(" in header and not NO_FUNCTION.search(header) and "F" not in inside
            inside.append("F" if is_function else "-")
            if is_function:
                start = line - header.lstrip().count("\n")
            header = ""
        elif character == "}":
            if inside and inside.pop() == "F":
                yield start, line - start + 1
            header = ""
        elif character == ";" and header.count("(") <= header.count(")"):
            header = ""
        else:
            header += character


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno - node.lineno + 1


def function_problems(root, files):
    sizes = []
    for path in code_files(files):
        if path.suffix in BRACED or path.suffix == ".py":
            found = python_functions if path.suffix == ".py" else braced_functions
            sizes += [(lines, f"{path}:{first}") for first, lines in found(read(root, path))]
    yield from tail_problems(sizes, FUNCTION_USUAL, FUNCTION_MOST, "functions")
