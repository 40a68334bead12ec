"""Graphs with open dimensions: one build of each is run at many extents.

MODELS: name -> (writer, [model.dims], the extents to try, in the order of the dims).
"""

import pathlib
import sys

import numpy as np
from onnx import TensorProto, numpy_helper

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples"))
from graph_writer import GraphWriter  # noqa: E402

CHANNELS = 19


def convolution(writer, name, x, shape, bias=True, **attributes):
    """Its result is an output; `shape` is that of the weight."""
    operands = [x, writer.normal(f"{name}.weight", shape, np.prod(shape[1:]) ** -0.5)]
    if bias:
        operands.append(writer.uniform(f"{name}.bias", shape[:1], -1, 1))
    return writer.node("Conv", operands, name, **attributes)


def shown(writer, name, rank=4):
    writer.output(name, [None] * rank)


def windows(writer):
    """Convolutions and pools of pictures of any size."""
    x = writer.input("image", ["batch", CHANNELS, "height", "width"])
    same = {"pads": [1, 1, 1, 1]}
    convolution(writer, "pixels", x, (37, CHANNELS, 1, 1))
    convolution(writer, "window", x, (37, CHANNELS, 3, 3), **same)
    convolution(writer, "few channels out", x, (5, CHANNELS, 3, 3), bias=False, **same)
    convolution(writer, "stride", x, (32, CHANNELS, 3, 3), strides=[2, 2], **same)
    convolution(writer, "one-sided", x, (16, CHANNELS, 3, 2), pads=[0, 1, 2, 0])
    convolution(writer, "dilated", x, (16, CHANNELS, 3, 3), dilations=[2, 3], pads=[2, 3, 2, 3])
    convolution(writer, "depthwise", x, (CHANNELS, 1, 3, 3), group=CHANNELS, **same)
    convolution(writer, "depthwise stride", x, (CHANNELS, 1, 5, 5), group=CHANNELS,
                strides=[2, 2], pads=[2, 2, 2, 2])
    wide = convolution(writer, "wide", x, (64, CHANNELS, 1, 1), strides=[1, 1])
    convolution(writer, "grouped", wide, (64, 32, 3, 3), group=2, **same)
    # a block of a residual network: what one layer stores with its border another one reads
    y = writer.node("Relu", [wide], "wide.relu")
    y = convolution(writer, "inner", y, (64, 64, 3, 3), **same)
    y = writer.node("Add", [y, wide], "residual")
    writer.node("MaxPool", [y], "pool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    writer.node("GlobalAveragePool", [y], "mean")
    # every second pixel, however it is said
    y = convolution(writer, "halved", x, (CHANNELS, CHANNELS, 3, 3), strides=[2, 2], **same)
    pooled = writer.node("AveragePool", [x], "shortcut", kernel_shape=[2, 2], strides=[2, 2],
                         ceil_mode=1)
    y = writer.node("Add", [y, pooled], "halves")
    bounds = [writer.constant(name, np.array([value] * 2, np.int64)) for name, value in
              (("begin", 0), ("end", 1 << 40))]
    bounds += [writer.constant("pixel axes", np.array([2, 3], np.int64)),
               writer.constant("second", np.array([2, 2], np.int64))]
    writer.node("Add", [y, writer.node("Slice", [x, *bounds], "sampled")], "three halves")
    for name in ("pixels", "window", "few channels out", "stride", "one-sided", "dilated",
                 "depthwise", "depthwise stride", "grouped", "residual", "pool", "mean",
                 "three halves"):
        shown(writer, name)


def between_convolutions(writer):
    """What lies between convolutions, of channel counts that fill no vector: pools, maps, joined
    channels, resized pictures, a gate, moves, and what leaves the channels' layout."""
    x = writer.input("image", ["batch", 3, "height", "width"])
    same = {"pads": [1, 1, 1, 1]}
    stem = writer.node("Relu", [convolution(writer, "stem", x, (19, 3, 3, 3), **same)], "relu")
    depth = convolution(writer, "depthwise", stem, (19, 1, 3, 3), group=19, **same)
    scale = writer.uniform("scale", (19, 1, 1), 0.5, 1.5)
    depth = writer.node("Mul", [writer.node("HardSwish", [depth], "swish"), scale], "scaled")
    wide = convolution(writer, "wide", depth, (32, 19, 1, 1))
    mean = writer.node("AveragePool", [stem], "average", kernel_shape=[3, 3], **same)
    odd = writer.node("Concat", [stem, wide, mean], "odd", axis=1)
    even = writer.node("Concat", [wide, depth, stem], "even", axis=1)
    gate = writer.node("GlobalAveragePool", [odd], "mean")
    gate = writer.node("Relu", [convolution(writer, "squeeze", gate, (12, 70, 1, 1))], "squeezed")
    gate = writer.node("Sigmoid", [convolution(writer, "excite", gate, (70, 12, 1, 1))], "gate")
    gated = writer.node("Mul", [odd, gate], "gated")
    inner = convolution(writer, "inner", gated, (70, 70, 3, 3), **same)
    sum_ = writer.node("Add", [writer.node("Add", [inner, odd], "residual"), even], "sum")
    grouped = convolution(writer, "grouped", wide, (18, 16, 3, 3), group=2, strides=[2, 2], **same)
    pooled = writer.node("MaxPool", [grouped], "pool", kernel_shape=[2, 2])
    padded = writer.node("Pad", [pooled, writer.constant("edges", np.array(
        [0, 0, 1, 0, 0, 0, 0, 2], np.int64))], "padded")
    tail = convolution(writer, "tail", padded, (9, 18, 2, 2))
    turned = writer.node("Transpose", [sum_], "turned", perm=[0, 2, 3, 1])
    writer.node("Softmax", [tail], "softmax", axis=1)
    writer.node("ReduceMax", [sum_], "largest", axes=[1, 2], keepdims=0)
    writer.node("Flatten", [writer.node("GlobalMaxPool", [sum_], "peak")], "features", axis=1)
    shown(writer, turned)
    for name in ("gated", "softmax", "pool"):
        shown(writer, name)
    shown(writer, "largest", rank=2)
    shown(writer, "features", rank=2)


def pyramid(writer):
    """Pictures of two sizes meet: the smaller one is resized, of either kind."""
    x = writer.input("image", ["batch", 5, 8, 12])
    large = convolution(writer, "large", x, (21, 5, 3, 3), pads=[1, 1, 1, 1])
    small = convolution(writer, "small", large, (21, 21, 3, 3), strides=[2, 2], pads=[1, 1, 1, 1])
    scales = writer.constant("scales", np.array([1, 1, 2, 2], np.float32))
    near = writer.node("Resize", [small, "", scales], "near", mode="nearest")
    smooth = writer.node("Resize", [small, "", scales], "smooth", mode="linear")
    both = writer.node("Concat", [writer.node("Add", [near, large], "sum"), smooth], "both", axis=1)
    shown(writer, convolution(writer, "out", both, (24, 42, 1, 1)))
    shown(writer, smooth)


def larger(writer):
    """Transposed convolutions and shuffled pixels of pictures of any size."""
    x = writer.input("image", ["batch", 16, "height", "width"])
    up = writer.node("ConvTranspose", [x, writer.normal("up.weight", (16, 9, 4, 4), 0.1)], "up",
                     strides=[2, 2], pads=[1, 1, 1, 1])
    side = writer.node("DepthToSpace", [x], "shuffled", blocksize=2, mode="CRD")
    y = writer.node("Concat", [writer.node("Relu", [up], "relu"), side], "both", axis=1)
    shown(writer, convolution(writer, "out", y, (5, 13, 3, 3), pads=[1, 1, 1, 1]))
    shown(writer, writer.node("ConvTranspose", [x, writer.normal("far.weight", (16, 3, 3, 5), 0.1)],
                              "far", strides=[3, 1], output_padding=[2, 0]))


def resized(writer):
    """Rows that a resize makes, of any width: interpolated, repeated, taken apart."""
    x = writer.input("image", ["batch", 2, "height", "width"])
    twice = writer.constant("twice", np.array([1, 1, 2, 2], np.float32))
    wide = writer.constant("wide", np.array([1, 1, 1, 5], np.float32))
    shown(writer, writer.node("Relu", [writer.node("Resize", [x, "", twice], "smooth",
                                                   mode="linear")], "positive"))
    shown(writer, writer.node("Resize", [x, "", twice], "near", mode="nearest"))
    shown(writer, writer.node("Resize", [x, "", wide], "wide rows", mode="linear"))
    shown(writer, writer.node("Resize", [x, "", wide], "wide and near", mode="nearest"))


def lines(writer):
    """Convolutions along one open axis, as of sound."""
    x = writer.input("sound", ["batch", CHANNELS, "length"])
    convolution(writer, "window", x, (48, CHANNELS, 5), pads=[2, 2])
    convolution(writer, "stride", x, (16, CHANNELS, 3), strides=[3], pads=[1, 0])
    convolution(writer, "depthwise", x, (CHANNELS, 1, 3), group=CHANNELS, pads=[1, 1])
    for name in ("window", "stride", "depthwise"):
        shown(writer, name, rank=3)


def attention(writer):
    """One head over a batch of listed extents and an open sequence, with a mask."""
    ids = writer.input("ids", ["batch", "sequence"], TensorProto.INT64)
    mask = writer.input("mask", ["batch", "sequence"])
    x = writer.node("Gather", [writer.normal("words", (10, 32), 1.0), ids], "embedding")
    query, key, value = (writer.dense(name, x, 32, 32) for name in ("query", "key", "value"))
    turned = writer.node("Transpose", [key], "turned", perm=[0, 2, 1])
    scores = writer.node("MatMul", [query, turned], "scores")
    writer.constant("axes", np.array([1], np.int64))
    bias = writer.node("Unsqueeze", [mask, "axes"], "bias")
    weights = writer.node("Softmax", [writer.node("Sub", [scores, bias], "masked")], "weights",
                          axis=-1)
    y = writer.node("MatMul", [weights, value], "mixed")
    y = writer.node("Add", [y, x], "sum")
    scale, shift = writer.uniform("scale", (32,), 0.5, 1.5), writer.uniform("shift", (32,), -1, 1)
    y = writer.node("LayerNormalization", [y, scale, shift], "hidden", axis=-1)
    shown(writer, "hidden", rank=3)
    writer.constant("first", np.array(0, np.int64))
    writer.node("Gather", [y, "first"], "pooled", axis=1)
    shown(writer, "pooled", rank=2)


def two_lists(writer):
    """Rows along either of two dimensions are independent, also once they are merged to one."""
    x = writer.input("x", ["batch", "copies", 24])
    writer.constant("merged", np.array([-1, 24], np.int64))
    y = writer.dense("layer", writer.node("Reshape", [x, "merged"], "rows"), 24, 40)
    writer.node("Tanh", [y], "features")
    shown(writer, "features", rank=2)
    writer.node("Softmax", [x], "weights", axis=-1)
    shown(writer, "weights", rank=3)


def centred(writer):
    """Rows that depend on each other: less the mean of the batch."""
    x = writer.input("x", ["batch", 24])
    mean = writer.node("ReduceMean", [x], "mean", axes=[0])
    writer.dense("centred", writer.node("Sub", [x, mean], "difference"), 24, 16)
    shown(writer, "centred", rank=2)


def quantized(writer, name, x, scale, zero_point):
    """The bytes that stand for x, as floats again."""
    parts = [writer.constant(f"{name}.scale", np.float32(scale)),
             writer.constant(f"{name}.zero", zero_point)]
    return writer.node("DequantizeLinear", [writer.node("QuantizeLinear", [x, *parts],
                                                        f"{name}.bytes"), *parts], name)


def byte_layers(writer):
    """A convolution, a depthwise one and a classifier of bytes, as other tools write them."""
    x = quantized(writer, "image.q", writer.input("image", ["batch", 8, 9, 11]), 0.02,
                  np.uint8(128))

    def layer(name, x, shape, **attributes):
        weight = writer.random.integers(-127, 128, shape).astype(np.int8)
        parts = [writer.constant(f"{name}.scale", np.float32(0.01)),
                 writer.constant(f"{name}.zero", np.int8(0))]
        writer.initializers.append(numpy_helper.from_array(weight, f"{name}.weight"))
        weight = writer.node("DequantizeLinear", [f"{name}.weight", *parts], f"{name}.floats")
        y = writer.node("Relu", [writer.node("Conv", [x, weight], name, **attributes)],
                        f"{name}.relu")
        return quantized(writer, f"{name}.q", y, 0.05, np.uint8(0))

    x = layer("window", x, (32, 8, 3, 3), pads=[1, 1, 1, 1])
    x = layer("depthwise", x, (32, 1, 3, 3), group=32, pads=[1, 1, 1, 1])
    x = writer.node("GlobalAveragePool", [x], "mean")
    writer.node("Flatten", [x], "features", axis=1)
    shown(writer, "features", rank=2)


def byte_rows(writer):
    """A product of an open count of rows of bytes by a weight."""
    x = quantized(writer, "x.q", writer.input("x", ["batch", "sequence", 70]), 0.01, np.uint8(120))
    weight = writer.random.integers(-127, 128, (70, 50)).astype(np.int8)
    writer.initializers.append(numpy_helper.from_array(weight, "weight"))
    parts = [writer.constant("scale", np.float32(0.01)), writer.constant("zero", np.int8(0))]
    y = writer.node("MatMul", [x, writer.node("DequantizeLinear", ["weight", *parts], "floats")])
    writer.node("Relu", [y], "y")
    shown(writer, "y", rank=3)


def mostly_zeros(writer):
    """A weight whose zeros are not stored."""
    x = writer.input("x", ["batch", 256])
    weight = writer.random.standard_normal((256, 128), dtype=np.float32)
    weight[writer.random.random((256, 8)).repeat(16, axis=1) < 0.9] = 0
    writer.constant("sparse.weight", weight)
    writer.node("MatMul", [x, "sparse.weight"], "y")
    shown(writer, "y", rank=2)


def single_weights(writer):
    """Weights of which few are left, for an open count of rows and of pictures."""
    def scattered(name, shape):
        weight = writer.random.standard_normal(shape, dtype=np.float32)
        return writer.constant(name, weight * (writer.random.random(shape) < 0.03))

    x = writer.input("x", ["batch", 256])
    shown(writer, writer.node("MatMul", [x, scattered("product.weight", (256, 128))], "y"), rank=2)
    image = writer.input("image", ["batch", 64, 9, 11])
    weight = scattered("window.weight", (64, 64, 3, 3))
    shown(writer, writer.node("Conv", [image, weight], "window", pads=[1, 1, 1, 1]))


PICTURES = [(1, 1, 1), (2, 3, 5), (1, 4, 4), (1, 7, 7), (2, 14, 15), (1, 13, 16), (1, 37, 41)]
def cached(writer):
    """What a decoder does with the tokens before: positions past to past + new, and the new rows
    of the joined cache."""
    x = writer.input("x", [1, "new", 4])
    past = writer.input("past", [1, "past", 4])
    one = writer.constant("one", np.array(1, np.int64))
    new, before = (writer.node("Gather", [writer.node("Shape", [value]), one])
                   for value in (x, past))
    end = writer.node("Add", [before, new])
    writer.node("Range", [before, end, one], "positions")
    first = writer.constant("first", np.array([0], np.int64))
    axis = writer.constant("axis", np.array([1], np.int64))
    writer.node("Slice", [writer.node("Concat", [past, x], axis=1),
                          *(writer.node("Unsqueeze", [value, first]) for value in (before, end)),
                          axis], "rows")
    writer.output("positions", [None], TensorProto.INT64)
    shown(writer, "rows", rank=3)


MODELS = {
    "windows of open pictures": (
        windows, {"batch": {"max": 2}, "height": {"max": 37}, "width": {"max": 41}}, PICTURES),
    "windows of open width": (
        windows, {"batch": 1, "height": 6, "width": {"max": 41}},
        [(1, 6, width) for width in (1, 3, 4, 11, 17, 41)]),
    "between convolutions": (
        between_convolutions, {"batch": [1, 2], "height": 10, "width": 14},
        [(1, 10, 14), (2, 10, 14)]),
    "between convolutions of open pictures": (
        between_convolutions, {"batch": {"max": 2}, "height": {"max": 13}, "width": {"max": 14}},
        [(1, 6, 5), (2, 13, 14)]),
    "resized pictures": (
        resized, {"batch": {"max": 2}, "height": {"max": 70}, "width": {"max": 35}},
        [(1, 1, 1), (2, 3, 7), (1, 70, 16), (2, 5, 35)]),
    "larger pictures": (
        larger, {"batch": [1, 2], "height": {"max": 9}, "width": {"max": 35}},
        [(1, 1, 1), (2, 3, 7), (1, 9, 16), (2, 5, 35)]),
    "two sizes": (pyramid, {"batch": [1, 2]}, [(1,), (2,)]),
    "windows of an open line": (lines, {"batch": [1, 2], "length": {"max": 50}},
                                [(1, 3), (2, 4), (1, 17), (2, 50)]),
    "attention": (attention, {"batch": [1, 4], "sequence": {"max": 20}},
                  [(1, 1), (3, 7), (4, 20), (2, 16), (1, 20)]),
    "two lists": (two_lists, {"batch": [1, 4], "copies": [2, 3]},
                  [(1, 1), (1, 2), (2, 2), (3, 3), (4, 1), (4, 3)]),
    "rows that depend on each other": (centred, {"batch": [2, 6]}, [(1,), (2,), (3,), (6,)]),
    "a cache and new rows": (cached, {"new": {"max": 5}, "past": {"max": 9}},
                             [(1, 1), (5, 9), (2, 7), (1, 9)]),
    "bytes": (byte_layers, {"batch": [1, 3]}, [(1,), (2,), (3,)]),
    "rows of bytes": (byte_rows, {"batch": {"max": 3}, "sequence": {"max": 90}},
                      [(1, 1), (2, 3), (1, 16), (1, 17), (3, 29), (3, 90)]),
    "zeros": (mostly_zeros, {"batch": [1, 5, 17]}, [(1,), (3,), (5,), (16,), (17,)]),
    "zeros one by one": (single_weights, {"batch": {"max": 900}}, [(1,), (3,), (33,), (90,)]),
}


def model_of(name):
    write, _, _ = MODELS[name]
    writer = GraphWriter(name, seed=3)
    write(writer)
    return writer.model()


def inputs_of(model, extents, seed):
    """Arrays for each input, with `extents` (by name) for the open dimensions."""
    random = np.random.default_rng(seed)
    arrays = {}
    for value in model.graph.input:
        kind = value.type.tensor_type
        shape = [dim.dim_value or extents[dim.dim_param] for dim in kind.shape.dim]
        arrays[value.name] = (random.integers(0, 10, shape) if kind.elem_type == TensorProto.INT64
                              else random.uniform(-1, 1, shape).astype(np.float32))
    return arrays
