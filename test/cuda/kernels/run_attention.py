"""Runs a loop of attention in the emulator: run_attention.py EMULATOR BITCODE FOLDER LOOP
[--drop-call NAME[:N]]. Prints how many cases are right, or what is wrong with the first that is
not; or with --ptx what becomes of it on every architecture.
"""

import argparse
import pathlib
import struct
import sys
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import compiled  # noqa: E402
import numpy as np  # noqa: E402
from emulated import Kernels, complaint_of, guarded, retarget  # noqa: E402
from loops import ATTENTION_LOOPS, ELEMENT_BYTES  # noqa: E402
from products import bits_of, tensor_map  # noqa: E402

SCALE, LOWEST = 0.25, np.finfo(np.float32).min
BOUND = {"f32": 5e-6, "tf32": 2e-3, "f16": 2e-3, "bf16": 2e-2}  # of the largest magnitude
SEEDS = (1, 2)  # of values, of the order of warps, and of when asynchronous copies land
KNOWN = ("shape.queryDepthStride = shape.keyDepthStride = shape.valueWidthStride = 1; "
         "shape.queryAlignment = shape.keyAlignment = shape.valueAlignment = 16")
# Tensor maps are made for one axis, so the compiler knows the other one's stride too.
MAPPED = "; shape.queryRowStride = shape.keyColumnStride = shape.valueColumnStride = 512"


def rounded(values, element):
    """The numbers that the kernel reads."""
    bits = bits_of(values, element)
    if element != "bf16":
        return bits, bits.astype(np.float64)
    return bits, (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)


@dataclass
class Case:
    rows: int
    columns: int
    depth: int
    width: int
    batches: tuple = (1, 1)  # outer, inner
    across: str = ""  # which of q, k and v are [depth][lines] in memory
    shared_keys: bool = False  # one head of keys and values for all inner batches
    masked: bool = False

    def operand(self, random, element, heads, lines, depth, across=False):
        values = random.standard_normal((self.batches[0], heads, lines, depth))
        bits, numbers = rounded(values, element)
        held = guarded(np.ascontiguousarray(bits.swapaxes(-1, -2)) if across else bits, 16)
        inner = lines * depth if heads > 1 else 0
        minor, size = lines if across else depth, ELEMENT_BYTES[element]
        strides = (1, lines) if across else (depth, 1)
        return held, numbers, [*strides, lines * depth * heads, inner], \
            16 if minor * size % 16 == 0 else size

    def map_of(self, held, extents, strides, tile_lines):
        """As words. `extents` and `strides` of line and depth, then of outer and inner batches."""
        across = strides[0] == 1
        axes, pitch = (extents, strides[1]) if across else (extents[::-1], strides[0])
        outer, inner = (count if stride else 1 for count, stride in zip(self.batches, strides[2:]))
        text = tensor_map(held, (*axes, inner, outer), (pitch, strides[3] or 16, strides[2] or 16),
                          64 if across else tile_lines)
        return list(struct.unpack("<16Q", text))

    def make(self, seed, element, most_width):
        random = np.random.default_rng(seed)
        outer, inner = self.batches
        heads = 1 if self.shared_keys else inner
        q, queries, query_strides, query_alignment = \
            self.operand(random, element, inner, self.rows, self.depth, "q" in self.across)
        k, keys, key_strides, key_alignment = \
            self.operand(random, element, heads, self.columns, self.depth, "k" in self.across)
        v, values, value_strides, value_alignment = \
            self.operand(random, element, heads, self.columns, self.width, "v" in self.across)
        mask = np.zeros((self.rows, self.columns), np.float32)
        if self.masked:
            mask[:, self.columns // 2:] = LOWEST
            mask[0] = LOWEST  # nothing is left: all columns alike
            mask[-1, 1:] = -np.inf
        scores = (queries @ keys.swapaxes(-1, -2)).astype(np.float32) * np.float32(SCALE) + mask
        scores = scores.astype(np.float64)
        powers = np.exp(scores - scores.max(-1, keepdims=True))
        self.goal = powers / powers.sum(-1, keepdims=True) @ values
        self.out = guarded(np.zeros((outer, inner, self.rows, self.width), np.float32))
        value_strides[:2] = value_strides[1::-1]  # of the width, of a column
        self.words = [q, k, v, self.out, guarded(mask), self.rows, self.columns, self.depth,
                      self.width, outer * inner, inner, *query_strides, *key_strides,
                      *value_strides, query_alignment, key_alignment, value_alignment, 0]
        self.maps = [0] * 5 + sum((
            self.map_of(q, (self.rows, self.depth), query_strides, 64),
            self.map_of(k, (self.columns, self.depth), key_strides, 64),
            self.map_of(v, (self.width, self.columns), value_strides, most_width)), [])

    def problem(self, element):
        error = np.abs(self.out - self.goal).max() / np.abs(self.goal).max()
        return None if error <= BOUND[element] else f"relative error {error:.2e}"


def mapped_cases(width):
    """What tensor maps take: rows at multiples of 16 bytes."""
    yield Case(64, 64, width, width)
    yield Case(65, 130, width, width, batches=(2, 2))
    yield Case(10, 64, width - 8, width - 16, across="k", masked=True)
    yield Case(128, 40, width - 8, width - 8, masked=True)
    yield Case(7, 330, width, width, batches=(1, 3), shared_keys=True, masked=True)
    yield Case(72, 48, width, width, across="qkv", masked=True)
    yield Case(8, 200, 16, 24, batches=(2, 1), across="qv")


def cases(width):
    yield Case(64, 64, width, width)
    yield Case(1, 1, 1, 1)
    yield Case(65, 130, width, width, batches=(2, 2))
    yield Case(10, 63, width - 8, width - 5, across="k", masked=True)
    yield Case(128, 40, width - 3, width - 8, masked=True)
    yield Case(7, 200, width, width, batches=(1, 3), shared_keys=True, masked=True)
    yield Case(72, 48, width, width, across="qkv", masked=True)
    yield Case(9, 33, width - 1, width - 2, batches=(2, 1), across="qv")


def problem_of(case, kernels, loop):
    for seed in SEEDS:
        case.make(seed, loop.element, loop.columns)
        words = case.words + (case.maps if loop.maps else [])
        kernels.configure(seed, eager=seed % 2 == 0)
        grid = -(-case.rows // loop.rows), 1, case.batches[0] * case.batches[1]
        kernels.launch("kernel", words, grid, loop.threads, loop.shared_bytes)
        problem = case.problem(loop.element)
        if problem:
            return f"seed {seed}: {problem}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("emulator")
    parser.add_argument("bitcode", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("loop", choices=ATTENTION_LOOPS)
    parser.add_argument("--drop-call", action="append", default=[])
    parser.add_argument("--ptx", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    loop = ATTENTION_LOOPS[options.loop]
    known = {"KNOWN": KNOWN + (MAPPED if loop.maps else "")} if options.ptx else {}
    if loop.maps:
        known["MAPS"] = 1
    module = compiled.module(HERE / "Attention.cu", options.folder / "module.ll",
                             MAIN_LOOP=options.loop, THREADS=loop.threads, **known)
    primitives = ["PrimitivesPtx"] + ["PrimitivesSm90a"] * loop.maps
    files = [loop.file, *(primitives if options.ptx else [])]
    linked = compiled.linked(module, [options.bitcode / f"{name}.bc" for name in files],
                             options.folder / "linked.ll")
    if options.ptx:
        optimized = compiled.optimized(linked, options.folder / "optimized.bc", "kernel")
        architectures = ("sm_90a",) if loop.maps else compiled.ARCHITECTURES
        print("\n".join(compiled.report(optimized, options.folder, architectures)))
        return
    kernels = Kernels(options.emulator, retarget([linked], options.folder / "kernels.so",
                                                 options.drop_call))
    chosen = list((mapped_cases if loop.maps else cases)(loop.columns))
    for case in chosen:
        problem = complaint_of(lambda: problem_of(case, kernels, loop))
        if problem:
            print(f"wrong: {case}: {problem}")
            return
    print(f"right: {len(chosen)} cases")


if __name__ == "__main__":
    main()
