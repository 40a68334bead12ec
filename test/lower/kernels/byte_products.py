"""Products with byte weights, compiled for every level of this machine, against exact sums."""

import argparse
import pathlib
import sys

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "test"))

from harness import binary, regions  # noqa: E402
from harness.counts import Counts  # noqa: E402

RANDOM = np.random.default_rng(7)
# rows, depth, columns; columns decide the panel, depths that are no multiple of 4 end in a part of
# a group
# largest byte, largest weight, products whose sums 16 bits hold
BYTES = {"bytes": (255, 127, 0), "short sums of two": (255, 64, 2),
         "short sums of four": (127, 64, 4)}
SIZES = [(1, 1, 1), (1, 64, 48), (2, 3, 17), (5, 7, 20), (16, 30, 64), (13, 129, 49),
         (33, 258, 100), (64, 64, 192)]


def panels_of(columns):
    for panel in (48, 64, 32):
        if columns % panel == 0:
            return panel
    return -(-columns // 16) * 16 if columns <= 64 else 48


def packed(weight, group):
    """[K, N] as [N / NR][K / group][NR][group], as Packing.h says."""
    depth, columns = weight.shape
    panel = panels_of(columns)
    whole = np.zeros((-(-depth // group) * group, -(-columns // panel) * panel), weight.dtype)
    whole[:depth, :columns] = weight
    return whole.reshape(-1, group, whole.shape[1] // panel, panel).transpose(2, 0, 3, 1).copy()


def tensor(shape, element):
    return "tensor<" + "x".join(map(str, shape)) + f"x{element}>"


def product(lhs, rhs, packing, result, transposed, rows=None, facts=""):
    """The text of a region; `rows` is the largest count when it is open."""
    max_text = f"[{rows}]" if rows else "[]"
    swap = " transposed" if transposed else ""
    return f"""
func.func @kernel(%a: {lhs} {{graph.layout = ""}}, %w: {rhs} {{graph.layout = "{packing}"}})
    -> ({result} {{graph.layout = ""}})
    attributes {{graph.max = array<i64{": " + max_text[1:-1] if rows else ""}>}} {{
  %y = graph.matmul %a, %w{swap}{facts} : {lhs}, {rhs}
  return %y : {result}
}}
"""


class Checker:
    def __init__(self, mdc, levels, counts):
        self.mdc, self.levels, self.counts = mdc, levels, counts

    def check(self, name, text, arrays, expected, extents=()):
        region = regions.Region(self.mdc, text, self.levels, ROOT / "runtime" / "include")
        for level in self.levels:
            result, = region.call(level, arrays, [(expected.shape, expected.dtype)], extents)
            problem = None
            if not np.array_equal(result, expected):
                problem = f"{np.sum(result != expected)} of {expected.size} sums are wrong"
            self.counts.check(f"{name} {level}", problem)

    def check_size(self, kind, size, transposed, is_open):
        rows, depth, columns = size
        facts = ""
        if kind in BYTES:
            largest, heaviest, short_sums = BYTES[kind]
            left = RANDOM.integers(0, largest + 1, (rows, depth), np.uint8)
            weight = RANDOM.integers(-heaviest, heaviest + 1, (depth, columns), np.int8)
            left[0], weight[:, 0], weight[:, -1] = largest, -heaviest, heaviest  # the largest sums
            facts = f" {{graph.short_sums = {short_sums} : i64}}" * (short_sums > 0)
            group, element, packing, result = 4, "ui8", "groups", "i32"
            expected = (left.astype(np.int64) @ weight.astype(np.int64)).astype(np.int32)
        else:  # small integers, whose sums f32 holds exactly
            left = RANDOM.integers(-16, 17, (rows, depth)).astype(np.float32)
            weight = RANDOM.integers(-127, 128, (depth, columns), np.int8)
            group, element, packing, result = 1, "f32", "panels", "f32"
            expected = (left @ weight.astype(np.float64)).astype(np.float32)
        row_text = "?" if is_open else rows
        encoding = ", affine_map<()[s0] -> (s0, {})>" if is_open else ""
        left_type = tensor((row_text, depth), element + encoding.format(depth))
        result_type = tensor((row_text, columns), result + encoding.format(columns))
        shape = (columns, depth) if transposed else (depth, columns)
        layout = f"{packing}:{panels_of(columns)}" + (":t" if transposed else "")
        text = product(left_type, tensor(shape, "i8"), layout, result_type, transposed,
                       rows if is_open else None, facts)
        name = f"{kind} {rows}x{depth}x{columns}{' t' * transposed}{' open' * is_open}"
        self.check(name, text, [left, packed(weight, group)], expected, (rows,) * is_open)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mdc")
    arguments = parser.parse_args()
    counts = Counts(verbose=False)
    checker = Checker(arguments.mdc, binary.machine_isas(), counts)
    for kind in (*BYTES, "widened"):
        for number, size in enumerate(SIZES):
            checker.check_size(kind, size, transposed=number % 2 == 1, is_open=number % 3 == 2)
    counts.finish()


if __name__ == "__main__":
    main()
