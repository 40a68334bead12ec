"""Convolutions and pools at extents that are no multiple of any tile."""

import numpy as np
from values.cases import Constant, case, integers, values, weights


def convolution(name, image, kernel, bias=True, **attributes):
    operands = [values(*image), weights(*kernel)]
    if bias:
        operands.append(weights(kernel[0], seed=2))
    return case(f"conv {name}", "Conv", operands, **attributes)


def transposed(name, image, kernel, group=1, bias=True, **attributes):
    operands = [values(*image), weights(*kernel)]
    if bias:
        operands.append(weights(kernel[1] * group, seed=2))
    return case(f"transposed conv {name}", "ConvTranspose", operands, group=group, **attributes)


def of_bytes(name, image, kernel, zero_point, weight_zero_point=128, **attributes):
    """Exact sums; the border holds the zero point. The peer takes unsigned weights alone."""
    x = integers(*image, high=256, dtype=np.uint8)
    weight = integers(*kernel, low=1, high=256, seed=1, dtype=np.uint8)
    return case(f"conv of bytes {name}", "ConvInteger",
                [x, Constant(weight), Constant(np.uint8(zero_point)),
                 Constant(np.uint8(weight_zero_point))], **attributes)


CASES = [
    convolution("1x1", (1, 64, 14, 14), (128, 64, 1, 1)),
    convolution("1x1 of odd channels", (2, 19, 7, 9), (23, 19, 1, 1)),
    convolution("1x1 of an input that no cache holds", (1, 128, 131, 127), (64, 128, 1, 1)),
    convolution("1x1 with stride", (1, 32, 15, 15), (48, 32, 1, 1), strides=[2, 2]),
    convolution("3x3 padded", (1, 32, 14, 14), (64, 32, 3, 3), pads=[1, 1, 1, 1]),
    convolution("3x3 of odd channels", (2, 3, 17, 19), (21, 3, 3, 3), pads=[1, 1, 1, 1]),
    convolution("3x3 with stride", (1, 16, 29, 31), (32, 16, 3, 3), pads=[1, 1, 1, 1],
                strides=[2, 2]),
    convolution("3x3 without padding or bias", (1, 16, 9, 11), (16, 16, 3, 3), bias=False),
    convolution("3x3 padded on one side", (1, 16, 9, 11), (16, 16, 3, 3), pads=[0, 1, 2, 0]),
    convolution("7x7 stem", (1, 3, 45, 47), (64, 3, 7, 7), pads=[3, 3, 3, 3], strides=[2, 2]),
    convolution("5x5 same upper", (1, 1, 28, 28), (8, 1, 5, 5), auto_pad="SAME_UPPER"),
    convolution("3x3 same lower with stride", (1, 4, 10, 10), (8, 4, 3, 3), strides=[2, 2],
                auto_pad="SAME_LOWER"),
    convolution("3x3 dilated", (1, 16, 19, 21), (16, 16, 3, 3), pads=[2, 2, 2, 2],
                dilations=[2, 2]),
    convolution("1x3 of uneven strides", (1, 8, 13, 17), (8, 8, 1, 3), strides=[1, 2]),
    convolution("depthwise 3x3", (1, 64, 15, 17), (64, 1, 3, 3), group=64, pads=[1, 1, 1, 1]),
    convolution("depthwise with stride", (2, 19, 15, 17), (19, 1, 3, 3), group=19,
                pads=[1, 1, 1, 1], strides=[2, 2]),
    convolution("depthwise 5x5", (1, 33, 12, 12), (33, 1, 5, 5), group=33, pads=[2, 2, 2, 2]),
    convolution("depthwise with a multiplier", (1, 6, 9, 9), (12, 1, 3, 3), group=6),
    convolution("grouped", (1, 32, 11, 11), (48, 8, 3, 3), group=4, pads=[1, 1, 1, 1]),
    convolution("3x3 in runs of its channels", (2, 200, 7, 9), (40, 200, 3, 3), pads=[1, 1, 1, 1]),
    convolution("1x1 in runs of its channels", (1, 2608, 7, 7), (32, 2608, 1, 1)),
    convolution("of one dimension", (2, 12, 37), (20, 12, 5), pads=[2, 2]),
    convolution("of one dimension, dilated", (1, 16, 51), (16, 16, 3), dilations=[4]),
    convolution("whose output is one point", (1, 24, 5, 5), (40, 24, 5, 5)),
    case("max pool 3x3", "MaxPool", [values(1, 33, 15, 17)], kernel_shape=[3, 3],
         strides=[2, 2], pads=[1, 1, 1, 1]),
    case("max pool, ceil", "MaxPool", [values(1, 3, 14, 14)], kernel_shape=[3, 3],
         strides=[2, 2], ceil_mode=1),
    case("max pool 5x5 of negative values", "MaxPool", [values(1, 16, 9, 9, low=-3, high=-1)],
         kernel_shape=[5, 5], pads=[2, 2, 2, 2]),
    case("average pool", "AveragePool", [values(1, 20, 13, 13)], kernel_shape=[3, 3],
         strides=[2, 2], pads=[1, 1, 1, 1]),
    case("average pool that counts padding", "AveragePool", [values(1, 20, 13, 13)],
         kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1),
    case("global average pool", "GlobalAveragePool", [values(2, 35, 7, 7)]),
    case("global max pool", "GlobalMaxPool", [values(2, 35, 5, 7)]),
    convolution("of three axes", (1, 5, 6, 7, 19), (8, 5, 3, 3, 3), pads=[1] * 6),
    convolution("of three axes with steps", (2, 4, 9, 8, 41), (6, 4, 3, 2, 3), strides=[2, 1, 2],
                dilations=[1, 2, 1], pads=[1, 0, 1, 0, 1, 2]),
    convolution("of three axes with one column", (1, 4, 5, 6, 3), (6, 4, 3, 3, 3)),
    convolution("in groups of six", (1, 18, 9, 21), (12, 6, 3, 3), group=3, pads=[1, 1, 1, 1]),
    convolution("in groups with stride", (2, 6, 9, 37), (9, 2, 3, 5), group=3, strides=[2, 2],
                pads=[1, 2, 1, 2]),
    convolution("in groups on a line", (2, 6, 37), (6, 3, 4), group=2, dilations=[3],
                pads=[7, 4]),
    case("batch normalization", "BatchNormalization",
         [values(2, 21, 6, 7), *(weights(21, seed=s) for s in (2, 3, 4)),
          Constant(values(21, low=0.5, high=2.0))]),
    transposed("2x2 with stride", (2, 9, 7, 18), (9, 11, 2, 2), strides=[2, 2]),
    transposed("3x3 with stride", (1, 9, 7, 8), (9, 11, 3, 3), strides=[2, 2], pads=[1, 1, 1, 1],
               output_padding=[1, 1]),
    transposed("4x4 with stride", (1, 16, 9, 17), (16, 16, 4, 4), strides=[2, 2],
               pads=[1, 1, 1, 1]),
    transposed("3x3 of stride 1", (1, 9, 7, 8), (9, 11, 3, 3), pads=[1, 1, 1, 1], bias=False),
    transposed("3x3 dilated, of stride 1", (1, 5, 7, 8), (5, 6, 3, 3), dilations=[2, 3],
               pads=[1, 0, 2, 5]),
    transposed("3x2 dilated, with stride", (1, 5, 7, 8), (5, 6, 3, 2), dilations=[2, 3],
               strides=[3, 2], pads=[1, 0, 2, 1]),
    transposed("of uneven strides", (1, 8, 6, 9), (8, 7, 3, 5), strides=[1, 4], pads=[1, 0, 0, 3]),
    transposed("whose stride leaves gaps", (1, 5, 6, 7), (5, 3, 2, 2), strides=[3, 4],
               output_padding=[1, 2]),
    transposed("cut on one side", (1, 6, 8, 8), (6, 5, 3, 3), strides=[2, 2], pads=[4, 0, 0, 5]),
    transposed("cut by more than its kernel", (1, 6, 8, 8), (6, 5, 2, 3), pads=[3, 1, 0, 4]),
    transposed("in groups", (1, 12, 7, 9), (12, 5, 4, 4), group=3, strides=[2, 2],
               pads=[1, 1, 1, 1]),
    transposed("depthwise", (1, 19, 7, 9), (19, 1, 4, 4), group=19, strides=[2, 2],
               pads=[1, 1, 1, 1]),
    transposed("of one dimension", (2, 12, 37), (12, 10, 16), strides=[8], pads=[4, 4]),
    transposed("of three axes", (1, 5, 3, 4, 6), (5, 6, 3, 2, 4), strides=[2, 2, 2],
               pads=[1, 0, 1, 0, 0, 1]),
    transposed("to a shape", (1, 4, 6, 7), (4, 5, 3, 3), strides=[2, 2], output_shape=[13, 14]),
    transposed("same upper", (1, 4, 6, 7), (4, 5, 3, 3), strides=[2, 2], auto_pad="SAME_UPPER"),
    transposed("same lower", (1, 4, 6, 7), (4, 5, 3, 3), strides=[2, 2], auto_pad="SAME_LOWER"),
    of_bytes("1x1 of odd channels", (2, 19, 7, 9), (23, 19, 1, 1), 7),
    of_bytes("1x1 of many pixels", (1, 44, 13, 11), (40, 44, 1, 1), 7),
    of_bytes("1x1 with stride", (1, 40, 19, 23), (32, 40, 1, 1), 7, strides=[2, 2]),
    of_bytes("3x3 with stride", (2, 24, 19, 17), (48, 24, 3, 3), 80, pads=[1, 1, 1, 1],
             strides=[2, 2]),
    of_bytes("3x3 dilated far apart", (1, 64, 41, 39), (16, 64, 3, 3), 80, dilations=[17, 18]),
    of_bytes("of one dimension", (2, 12, 137), (20, 12, 5), 9, pads=[2, 2]),
    of_bytes("3x3 padded", (1, 32, 14, 14), (64, 32, 3, 3), 128, pads=[1, 1, 1, 1]),
    of_bytes("3x3 of three channels", (1, 3, 17, 37), (21, 3, 3, 3), 200, pads=[1, 1, 1, 1],
             strides=[2, 2]),
    of_bytes("5x5 of one channel", (2, 1, 28, 28), (40, 1, 5, 5), 7, pads=[2, 2, 2, 2]),
    of_bytes("3x3 of one channel with stride", (1, 1, 17, 37), (21, 1, 3, 3), 200,
             pads=[0, 1, 2, 0], strides=[2, 2]),
    of_bytes("2x4 of one channel without a border", (1, 1, 9, 20), (16, 1, 2, 4), 3),
    of_bytes("3x2 of one narrow channel, dilated", (1, 1, 19, 9), (16, 1, 3, 2), 90,
             pads=[1, 1, 1, 1], dilations=[2, 1]),
    of_bytes("3x3 of one channel, dilated", (1, 1, 19, 21), (16, 1, 3, 3), 90,
             dilations=[2, 2]),
    of_bytes("3x1 of one column", (1, 1, 19, 1), (16, 1, 3, 1), 90),
    of_bytes("3x3 dilated, padded on one side", (1, 20, 19, 21), (16, 20, 3, 3), 255,
             pads=[0, 1, 2, 0], dilations=[2, 2]),
    of_bytes("whose weights reach beyond i8", (1, 32, 9, 9), (32, 32, 3, 3), 5, 70,
             pads=[1, 1, 1, 1]),
    of_bytes("3x3 in runs of its channels", (1, 644, 5, 7), (32, 644, 3, 3), 99,
             pads=[1, 1, 1, 1]),
    of_bytes("grouped", (1, 64, 11, 11), (64, 32, 3, 3), 3, group=2, pads=[1, 1, 1, 1]),
    of_bytes("depthwise", (2, 19, 15, 17), (19, 1, 3, 3), 130, group=19, pads=[1, 1, 1, 1]),
    of_bytes("depthwise 5x5 with stride", (1, 33, 15, 17), (33, 1, 5, 5), 9, group=33,
             pads=[2, 2, 2, 2], strides=[2, 2]),
    of_bytes("depthwise 4x3, dilated", (1, 17, 19, 21), (17, 1, 4, 3), 77, group=17,
             pads=[3, 1, 0, 2], dilations=[2, 3]),
    of_bytes("depthwise 3x3 with stride", (1, 33, 15, 17), (33, 1, 3, 3), 9, group=33,
             strides=[2, 2]),
    of_bytes("depthwise 1x5", (1, 16, 9, 21), (16, 1, 1, 5), 9, group=16, pads=[0, 2, 0, 2]),
    of_bytes("depthwise 3x1", (1, 16, 9, 1), (16, 1, 3, 1), 9, group=16),
]
