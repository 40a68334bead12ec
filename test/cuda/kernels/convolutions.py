"""Convolutions of channels-last pixels as words for a kernel of Conv.cu, with their operands and
right values; integers as in products.py. Lanes that hold no channel, and pixels that are in no
window, are NaN or a large byte.
"""

import struct
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from emulated import guarded  # noqa: E402
from loops import ELEMENT_BYTES, sums_of  # noqa: E402
from products import HALVES, bits_of, integers, tensor_map  # noqa: E402


def whole_chunks(count, element):
    """Elements up to the next multiple of 16 bytes."""
    chunk = 16 // ELEMENT_BYTES[element]
    return -(-count // chunk) * chunk


@dataclass
class Convolution:
    pictures: int
    size: tuple  # of a picture: height, width
    channels: int  # of a group, as the next one
    out_channels: int
    kernel: tuple = (3, 3)
    groups: int = 1
    stride: tuple = (1, 1)
    dilation: tuple = (1, 1)
    pads: tuple = (1, 1, 1, 1)  # before and after the rows, before and after the columns
    pad_value: int = 0  # of bytes
    gap: int = 0  # chunks of 16 bytes between pixels
    splits: int = 1

    def __post_init__(self):
        self.out_size = tuple(
            (self.size[i] + sum(self.pads[2 * i:2 * i + 2]) - self.dilation[i] *
             (self.kernel[i] - 1) - 1) // self.stride[i] + 1 for i in range(2))
        self.rows = self.pictures * self.out_size[0] * self.out_size[1]
        self.columns = self.out_channels
        self.batch_count = self.groups

    def make(self, seed, element):
        random = np.random.default_rng(seed)
        sides = HALVES.get(element, (element, element))
        self.element = element
        self.border = self.pad_value if element in HALVES else 0
        self.values = integers(random, sides[0], (self.pictures, *self.size,
                                                  self.groups * self.channels))
        self.weights = integers(random, sides[1], (self.groups * self.out_channels, *self.kernel,
                                                   self.channels))
        pitch = whole_chunks(self.values.shape[-1], element)
        pitch += self.gap * 16 // ELEMENT_BYTES[element]
        held = np.full((*self.values.shape[:-1], pitch), np.nan, np.float32)
        held[..., :self.values.shape[-1]] = self.values
        numbers = np.arange(self.pictures * self.size[0] * self.size[1])
        read = self.windows(numbers.reshape(self.pictures, *self.size, 1), -1)
        held.reshape(-1, pitch)[~np.isin(numbers, read)] = np.nan
        self.input = guarded(bits_of(held, sides[0]))
        self.held_weights = guarded(bits_of(self.padded_weights(), sides[1]))
        goal = self.goal_values()
        sums = np.int32 if sums_of(element) == "i32" else np.float32
        self.goal = goal.astype(sums)
        self.out = guarded(np.zeros(goal.shape, sums))
        partials = self.splits if self.splits > 1 else 0
        self.partials = guarded(np.full(partials * self.out.size or 1, np.nan, np.float32))

    def padded_weights(self):
        padded = np.zeros((*self.weights.shape[:-1], whole_chunks(self.channels, self.element)))
        padded[..., :self.channels] = self.weights
        return padded.astype(np.float32)

    def grid(self, loop):
        return loop.grid(self.rows, self.columns, self.batch_count, self.splits)

    def windows(self, values, border):
        """[pixels][kernel height][kernel width][channels of all groups]"""
        pads = ((0, 0), self.pads[:2], self.pads[2:], (0, 0))
        bordered = np.pad(values, pads, constant_values=border).astype(np.float64)
        taps = [[bordered[:, y * self.dilation[0]:, x * self.dilation[1]:][
            :, ::self.stride[0], ::self.stride[1]][:, :self.out_size[0], :self.out_size[1]]
            for x in range(self.kernel[1])] for y in range(self.kernel[0])]
        return np.array(taps).transpose(2, 3, 4, 0, 1, 5).reshape(
            self.rows, *self.kernel, values.shape[-1])

    def goal_values(self):
        """[groups][pixels][output channels]"""
        windows = self.windows(self.values, self.border)
        windows = windows.reshape(self.rows, *self.kernel, self.groups, self.channels)
        weights = self.weights.reshape(self.groups, self.out_channels, *self.kernel, self.channels)
        return np.einsum("pyxgc,goyxc->gpo", windows, weights.astype(np.float64), optimize=True)

    def weights_map(self, tile_columns):
        depth = self.held_weights[0].size
        return tensor_map(self.held_weights, (depth, self.out_channels, self.groups, 1),
                          (depth, depth * self.out_channels, 16), tile_columns)

    def words(self, loop):
        out_columns = self.goal.shape[-1]
        words = [self.input, self.held_weights, self.out, self.partials, self.rows, out_columns,
                 self.pictures, *self.size, *self.out_size, self.groups, self.channels,
                 self.out_channels, self.input.shape[-1], self.held_weights.shape[-1],
                 *self.kernel, *self.stride, *self.dilation, self.pads[0], self.pads[2],
                 self.border, self.splits, 0]
        if loop.maps:
            words += [0] * 5 + list(struct.unpack("<16Q", self.weights_map(loop.columns)))
        return words

    def problem(self):
        wrong = np.count_nonzero(~(self.out == self.goal))
        return f"{wrong} of {self.goal.size} values are wrong" if wrong else None


@dataclass
class Depthwise(Convolution):
    """`groups` channels in all; every other number of channels is 1."""
    channels: int = 1
    out_channels: int = 1

    def padded_weights(self):
        """[kernel height][kernel width][channels]"""
        by_taps = self.weights[..., 0].transpose(1, 2, 0)
        pitch = whole_chunks(self.groups, self.element)
        padded = np.full((*by_taps.shape[:-1], pitch), np.nan, np.float32)
        padded[..., :self.groups] = by_taps
        return padded

    def goal_values(self):
        return super().goal_values().transpose(2, 1, 0)

    def grid(self, loop):
        """A thread has 16 bytes of channels of a few neighbouring pixels."""
        chunks = whole_chunks(self.groups, self.element) * ELEMENT_BYTES[self.element] // 16
        runs = self.pictures * self.out_size[0] * -(-self.out_size[1] // loop.columns)
        return -(-chunks * runs // loop.threads), 1, 1
