"""Products of matrices as words for a kernel of Matmul.cu, with their operands and right values.

Values are small integers, so that every order of adding is exact; of bytes they may be large. What
lies between the rows of an operand is NaN or a large byte, and behind its end is a guard page.
"""

import struct
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from emulated import guarded  # noqa: E402
from loops import sums_of  # noqa: E402


HALVES = {"u8s8": ("u8", "s8"), "s8u8": ("s8", "u8")}  # left and right


def bits_of(values, element):
    """As the kernel reads them: floats, or the upper half of one, or a half, or bytes."""
    if element in ("u8", "s8"):
        return np.nan_to_num(values, nan=77).astype(np.int16).astype(np.uint8)
    if element == "bf16":
        return (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
    return values.astype({"f16": np.float16}.get(element, np.float32))


def integers(random, element, shape):
    low, high = {"u8": (0, 256), "s8": (-127, 128)}.get(element, (-4, 5))
    return random.integers(low, high, shape).astype(np.float32)


def tensor_map(held, extents, strides, box_lines):
    """As test/cuda/emulator/TensorMap.h has it; `strides` are elements."""
    size = held.itemsize
    return struct.pack("<QQ9I4x3Q48x", 0x6d64632074696c65, held.ctypes.data, size, *extents,
                       128 // size, box_lines, 1, 1, *(size * stride for stride in strides))


@dataclass
class Operand:
    values: np.ndarray  # [outer, inner, lines, depth], without gaps
    held: np.ndarray
    strides: tuple  # of line, depth, outer, inner, in elements
    alignment: int

    def tensor_map(self, tile_lines):
        """With boxes of 128 bytes of depth by the tile's lines, or 64 lines by 64 of depth across
        it."""
        outer, inner, lines, depth = self.values.shape
        across = self.strides[0] == 1
        axes = (lines, depth) if across else (depth, lines)
        strides = [stride or 16 for stride in (self.strides[1 if across else 0],
                                               *self.strides[:1:-1])]
        return tensor_map(self.held, (*axes, inner, outer), strides, 64 if across else tile_lines)


def operand(random, element, counts, extents, transposed, gap):
    """`counts`: outer and inner batches; 1 where all share one."""
    lines, depth = extents
    values = integers(random, element, (*counts, lines, depth))
    major, minor = (depth, lines) if transposed else (lines, depth)
    pitch = minor + gap
    held = np.full((*counts, major, pitch), np.nan, np.float32)
    held[..., :minor] = values.swapaxes(-1, -2) if transposed else values
    # as an operand that is a part of something wider ends: after its last element
    flat = guarded(bits_of(held.reshape(-1)[:held.size - gap], element), 16)
    line, k = (1, pitch) if transposed else (pitch, 1)
    matrix = major * pitch
    outer = matrix * counts[1] if counts[0] > 1 else 0
    inner = matrix if counts[1] > 1 else 0
    alignment = 16 if pitch * flat.itemsize % 16 == 0 else flat.itemsize
    return Operand(values, flat, (line, k, outer, inner), alignment)


@dataclass
class Product:
    rows: int
    columns: int
    depth: int
    batches: tuple = (1, 1)  # outer, inner
    transposed: tuple = (False, False)  # left, right: not along the depth
    gaps: tuple = (0, 0)  # elements between rows
    shared: tuple = (False, False)  # one operand for all batches
    splits: int = 1

    def __post_init__(self):
        self.batch_count = self.batches[0] * self.batches[1]

    def make(self, seed, element):
        random = np.random.default_rng(seed)
        counts = [(1, 1) if shared else self.batches for shared in self.shared]
        elements = HALVES.get(element, (element, element))
        sides = [operand(random, elements[i], counts[i], ((self.rows, self.columns)[i], self.depth),
                         self.transposed[i], self.gaps[i]) for i in range(2)]
        self.left, self.right = sides
        right = self.right.values.swapaxes(-1, -2).astype(np.float64)
        goal = np.matmul(self.left.values.astype(np.float64), right)
        shape = (*self.batches, self.rows, self.columns)
        sums = np.int32 if sums_of(element) == "i32" else np.float32
        self.goal = np.broadcast_to(goal, shape).astype(sums)
        self.out = guarded(np.zeros(shape, sums))
        partials = self.splits if self.splits > 1 else 0
        self.partials = guarded(np.full(partials * self.out.size or 1, np.nan, np.float32))

    def grid(self, loop):
        return loop.grid(self.rows, self.columns, self.batch_count, self.splits)

    def words(self, loop):
        maps = b""
        if loop.maps:
            maps = bytes(24) + self.left.tensor_map(loop.rows) + self.right.tensor_map(loop.columns)
        return [self.left.held, self.right.held, self.out, self.partials, self.rows, self.columns,
                self.depth, self.batch_count, self.batches[1], *self.left.strides,
                *self.right.strides, self.left.alignment, self.right.alignment, self.splits, 0,
                *struct.unpack(f"<{len(maps) // 8}Q", maps)]

    def problem(self):
        wrong = np.count_nonzero(~(self.out == self.goal))
        return f"{wrong} of {self.goal.size} values are wrong" if wrong else None
