"""A small quantized network as other tools write one (QuantizeLinear and DequantizeLinear around
every op), with each kind of op that integer kernels exist for, and an island of floats."""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "examples"))
from graph_writer import GraphWriter  # noqa: E402


class QuantizedWriter(GraphWriter):
    """Values pass between ops as bytes; each op reads floats that were dequantized for it."""

    def quantized(self, x, scale, zero_point):
        """`x` through ui8 and back: the name of what readers take."""
        name = f"{x}.q"
        parameters = [self.constant(f"{name}.scale", np.float32(scale)),
                      self.constant(f"{name}.zero_point", np.uint8(zero_point))]
        stored = self.node("QuantizeLinear", [x, *parameters], name)
        return self.node("DequantizeLinear", [stored, *parameters], f"{x}.dq")

    def byte_weight(self, name, shape, deviation, axis=0):
        """A constant in i8 with a scale for each index of `axis`."""
        values = self.random.standard_normal(shape, dtype=np.float32) * np.float32(deviation)
        others = tuple(other for other in range(len(shape)) if other != axis)
        scale = np.abs(values).max(axis=others) / 127
        along = [1] * len(shape)
        along[axis] = -1
        integers = np.clip(np.rint(values / scale.reshape(along)), -127, 127).astype(np.int8)
        parameters = [self.constant(f"{name}.scale", scale.astype(np.float32)),
                      self.constant(f"{name}.zero_point", np.zeros(shape[axis], np.int8))]
        return self.node("DequantizeLinear", [self.constant(name, integers), *parameters],
                         f"{name}.dq", axis=axis)

    def convolution(self, name, x, channels, kernel, stride=1, groups=1, gain=2.0):
        inside, outside = channels
        fan_in = inside // groups * kernel * kernel
        weight = self.byte_weight(f"{name}.weight", (outside, inside // groups, kernel, kernel),
                                  np.sqrt(gain / fan_in))
        bias = self.uniform(f"{name}.bias", (outside,), -0.2, 0.2)
        pad = kernel // 2
        return self.node("Conv", [x, weight, bias], name, kernel_shape=[kernel, kernel],
                         group=groups, strides=[stride, stride], pads=[pad, pad, pad, pad])

    def resized(self, mode, x, shape):
        """`x` sampled on a grid of another shape; the node's name is the mode."""
        sizes = self.constant(f"{mode}.sizes", np.array(shape, np.int64))
        return self.node("Resize", [x, "", "", sizes], mode, mode=mode)


def island(writer, x):
    """Sums, products and functions of floats: [1, 33] to [1, 33]."""
    x = writer.node("LayerNormalization", [x, writer.uniform("norm.scale", (33,), 0.5, 2.0)],
                    "norm")
    x = writer.node("Erf", [writer.dense("middle", x, 33, 33)], "curve")
    mean = writer.node("ReduceMean", [writer.node("Exp", [x])], "centre", axes=[1])
    return writer.node("Div", [writer.node("Tanh", [x]), mean], "scaled")


def blocks(seed=5):
    writer = QuantizedWriter("quantized-blocks", seed)
    x = writer.quantized(writer.input("image", [1, 3, 45, 61]), 0.03, 120)
    x = writer.node("Relu", [writer.convolution("stem", x, (3, 24), 7, 2)])
    x = writer.quantized(x, 0.02, 0)
    x = writer.quantized(writer.node("MaxPool", [x], "pool", kernel_shape=[3, 3], strides=[2, 2],
                                     pads=[1, 1, 1, 1]), 0.02, 0)
    wide = writer.quantized(writer.convolution("expand", x, (24, 72), 1), 0.04, 131)
    deep = writer.convolution("depthwise", wide, (72, 72), 3, groups=72)
    deep = writer.quantized(writer.node("HardSwish", [deep]), 0.03, 13)
    five = writer.quantized(writer.convolution("depthwise5", deep, (72, 72), 5, 1, 72), 0.03, 90)
    back = writer.quantized(writer.convolution("project", five, (72, 24), 1), 0.05, 140)
    x = writer.quantized(writer.node("Add", [x, back], "residual"), 0.05, 100)
    pair = writer.quantized(writer.convolution("window", x, (24, 32), 3), 0.04, 128)
    x = writer.quantized(writer.node("Concat", [x, pair], "joined", axis=1), 0.05, 110)
    x = writer.quantized(writer.node("AveragePool", [x], "mean", kernel_shape=[2, 2],
                                     strides=[2, 2]), 0.04, 110)
    x = writer.quantized(writer.resized("nearest", x, (1, 56, 12, 16)), 0.04, 110)
    x = writer.quantized(writer.resized("linear", x, (1, 56, 17, 23)), 0.04, 110)
    writer.output(x, [1, 56, 17, 23])  # the mean below would hide a sample at a wrong place
    x = writer.quantized(writer.convolution("strided", x, (56, 40), 3, 2), 0.06, 128)
    x = writer.quantized(writer.node("GlobalAveragePool", [x], "squeeze"), 0.03, 120)
    x = writer.node("Flatten", [x], "flat", axis=1)
    x = writer.node("MatMul", [x, writer.byte_weight("dense", (40, 33), 0.3, axis=1)], "logits")
    x = writer.quantized(island(writer, x), 0.01, 128)
    x = writer.node("Softmax", [x], "probabilities", axis=-1)
    writer.output(x, [1, 33])
    return writer


def write(path):
    blocks().save(path)


if __name__ == "__main__":
    write(sys.argv[1])
