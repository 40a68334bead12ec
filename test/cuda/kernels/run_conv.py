"""Runs a main loop of convolution in the emulator: run_conv.py EMULATOR BITCODE FOLDER LOOP
[--drop-call NAME[:N]] [--edit OLD NEW]. Prints how many convolutions are right, or what is wrong
with the first that is not.
"""

from convolutions import Convolution, Depthwise
from loops import CONV_LOOPS, ELEMENT_BYTES
from values import check_values


def convolutions(loop):
    """Around the edges of the tile: odd channels, kernels, strides, dilations, pads, groups."""
    rows, columns = loop.rows, loop.columns
    chunk = 16 // ELEMENT_BYTES[loop.element]
    yield Convolution(1, (5, 6), chunk, columns)
    yield Convolution(2, (9, 8), 5, 7, stride=(2, 2), pad_value=3)
    yield Convolution(3, (4, 5), 2 * chunk + 1, 9, kernel=(1, 1), stride=(2, 1), pads=(0, 0, 0, 0))
    yield Convolution(1, (7, 9), 2 * chunk, columns + 3, kernel=(3, 2), dilation=(2, 3),
                      pads=(2, 1, 1, 3), gap=1, pad_value=100)
    yield Convolution(2, (3, 5), chunk, 6, groups=3, pad_value=-2 if loop.element == "s8u8" else 9)
    yield Convolution(1, (1, rows + 1), 3, 4, kernel=(1, 5), pads=(0, 0, 2, 2))
    yield Convolution(1, (2, 3), chunk + 2, 8, kernel=(7, 7), pads=(3, 3, 3, 3), pad_value=1)
    yield Convolution(1, (9, 8), 3, 9, kernel=(7, 7), pads=(3, 3, 3, 3))  # more steps than stages
    yield Convolution(rows, (2, 2), chunk, 1, kernel=(2, 2), pads=(0, 0, 0, 0), gap=2)
    yield Convolution(1, (3, 3), 4 * chunk, 10, splits=3, pad_value=7)
    yield Convolution(2, (5, 1), 2 * chunk, 5, groups=2, kernel=(5, 1), pads=(2, 2, 0, 0), splits=2)


def depthwise(loop):
    """Around the edges of a row and of 16 bytes of channels."""
    chunk = 16 // ELEMENT_BYTES[loop.element]
    yield Depthwise(1, (5, 6), groups=2 * chunk)
    yield Depthwise(2, (9, 8), groups=chunk + 5, stride=(2, 2), pad_value=3)
    yield Depthwise(1, (4, 9), groups=1, kernel=(1, 1), pads=(0, 0, 0, 0), gap=1)
    yield Depthwise(1, (7, 9), groups=3 * chunk - 1, kernel=(3, 2), dilation=(2, 3),
                    pads=(2, 1, 1, 3), pad_value=100)
    yield Depthwise(3, (1, 13), groups=chunk, kernel=(1, 5), stride=(1, 3), pads=(0, 0, 2, 2))
    yield Depthwise(1, (2, 3), groups=chunk + 2, kernel=(7, 7), pads=(3, 3, 3, 3), pad_value=1)
    yield Depthwise(2, (6, 5), groups=40 * chunk, stride=(2, 1), pads=(0, 1, 1, 0),
                    pad_value=-2 if loop.element == "s8u8" else 9)


if __name__ == "__main__":
    check_values(__doc__, CONV_LOOPS, "Conv.cu",
                 lambda loop: depthwise(loop) if loop.file == "Depthwise" else convolutions(loop),
                 "convolutions")
