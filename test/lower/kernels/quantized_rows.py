"""Rows quantized on every level of this machine, against the rule as graph.quantize_rows states it.

f64 holds the product of two f32 exactly, so that one rounding is left, as in the rule.
"""

import argparse
import pathlib
import sys

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "test"))

from harness import binary, regions  # noqa: E402
from harness.counts import Counts  # noqa: E402

RANDOM = np.random.default_rng(7)
F32 = np.float32
SIZES = [(1, 1), (3, 5), (2, 16), (5, 33), (7, 768), (2, 3, 100)]


def expected(x):
    low = np.minimum(x.min(-1, keepdims=True), F32(0))
    high = np.maximum(x.max(-1, keepdims=True), F32(0))
    span = np.maximum(high - low, F32(2.0**-100))
    inverse, scale = F32(255) / span, span / F32(255)
    zero = np.rint(-low.astype(np.float64) * inverse)
    integers = np.minimum(np.rint(x.astype(np.float64) * inverse) + zero, 255)
    return integers.astype(np.uint8), scale, zero.astype(np.int32)


def ties(shape):
    """Rows of multiples of a half step, whose range is 0..255."""
    x = RANDOM.integers(0, 511, shape).astype(F32) / F32(2)
    x[..., 0] = 255
    return x


ROWS = {
    "normal": lambda shape: RANDOM.standard_normal(shape, dtype=F32) * F32(3),
    "positive": lambda shape: RANDOM.uniform(2, 3, shape).astype(F32),
    "negative": lambda shape: -RANDOM.uniform(2, 3, shape).astype(F32),
    "zero": lambda shape: np.zeros(shape, F32),
    "ties": ties,
    "tiny": lambda shape: RANDOM.standard_normal(shape).astype(F32) * F32(1e-38),
    "huge": lambda shape: RANDOM.uniform(-1, 1, shape).astype(F32) * F32(1e38),
}


def tensor(shape, element, is_open):
    if not is_open:
        return "tensor<" + "x".join(map(str, shape)) + f"x{element}>"
    rest = "".join(f", {extent}" for extent in shape[1:])
    return (f"tensor<?x{'x'.join(map(str, shape[1:]))}x{element}, "
            f"affine_map<()[s0] -> (s0{rest})>>")


def region_text(shape, is_open):
    rows = (*shape[:-1], 1)
    types = [tensor(shape, "f32", is_open), tensor(shape, "ui8", is_open),
             tensor(rows, "f32", is_open), tensor(rows, "i32", is_open)]
    results = ", ".join(f'{kind} {{graph.layout = ""}}' for kind in types[1:])
    return f"""
func.func @kernel(%x: {types[0]} {{graph.layout = ""}}) -> ({results})
    attributes {{graph.max = array<i64{f": {shape[0]}" if is_open else ""}>}} {{
  %q, %s, %z = graph.quantize_rows %x : {types[0]}
  return %q, %s, %z : {", ".join(types[1:])}
}}
"""


def problem_of(got, wanted):
    for name, ours, theirs in zip(("integers", "scales", "zero points"), got, wanted):
        if not np.array_equal(ours, theirs):
            return f"{np.sum(ours != theirs)} of {theirs.size} {name} differ"
    return None


def check_not_finite(region, level, shape, counts):
    """A NaN or an infinity reaches the scale of its own row and no other's."""
    for value in (np.nan, np.inf, -np.inf):
        x = ROWS["normal"](shape)
        x[0].flat[-1] = value
        bad = ~np.isfinite(x).all(-1, keepdims=True)
        sound = np.where(bad, F32(1), x)
        q, scale, zero = expected(sound)
        got = region.call(level, [x], [(a.shape, a.dtype) for a in (q, scale, zero)],
                          (shape[0],))
        keep = ~bad
        problem = problem_of([np.where(keep, a, 0) for a in got],
                             [np.where(keep, a, 0) for a in (q, scale, zero)])
        if not problem and not np.isnan(got[1][bad]).all():
            problem = "the scale is finite"
        counts.check(f"{value} in {shape} {level}", problem)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mdc")
    arguments = parser.parse_args()
    counts = Counts(verbose=False)
    levels = binary.machine_isas()
    for number, shape in enumerate(SIZES):
        is_open = number % 2 == 1
        region = regions.Region(arguments.mdc, region_text(shape, is_open), levels,
                                ROOT / "runtime" / "include")
        for level in levels:
            for name, rows in ROWS.items():
                x = rows(shape)
                wanted = expected(x)
                got = region.call(level, [x], [(a.shape, a.dtype) for a in wanted], (shape[0],))
                counts.check(f"{name} {shape} {level}", problem_of(got, wanted))
            check_not_finite(region, level, shape, counts)
    counts.finish()


if __name__ == "__main__":
    main()
