"""A small network as ONNX Runtime's quantizer writes it with operators of bytes: QLinearConv and
those of the domain com.microsoft."""

import logging
import pathlib
import sys

import numpy as np
import onnx
from onnxruntime import quantization

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "examples"))
from graph_writer import GraphWriter  # noqa: E402

SAMPLES = 4


class Samples(quantization.CalibrationDataReader):
    def __init__(self):
        random = np.random.default_rng(1)
        self.rest = iter([{"image": random.standard_normal((1, 3, 32, 32)).astype(np.float32)}
                          for _ in range(SAMPLES)])

    def get_next(self):
        return next(self.rest, None)


def plain_convolution(writer, name, x, channels, kernel, stride=1, groups=1):
    """Without the normalization behind it."""
    inside, outside = channels
    weight = writer.normal(f"{name}.weight", (outside, inside // groups, kernel, kernel),
                           (2 / (inside // groups * kernel * kernel)) ** 0.5)
    bias = writer.uniform(f"{name}.bias", (outside,), -0.2, 0.2)
    return writer.node("Conv", [x, weight, bias], name, kernel_shape=[kernel, kernel],
                       group=groups, strides=[stride, stride], pads=[kernel // 2] * 4)


def floats(seed=6):
    writer = GraphWriter("quantized-operators", seed)
    x = plain_convolution(writer, "stem", writer.input("image", [1, 3, 32, 32]), (3, 24), 3, 2)
    x = writer.node("LeakyRelu", [x], "leaky", alpha=0.1)
    deep = plain_convolution(writer, "depthwise", x, (24, 24), 3, groups=24)
    gate = writer.node("Sigmoid", [deep], "gate")
    deep = writer.node("Mul", [deep, gate], "gated")
    x = writer.node("Add", [x, plain_convolution(writer, "project", deep, (24, 24), 1)], "residual")
    x = writer.node("Concat", [x, deep], "joined", axis=1)
    x = writer.node("AveragePool", [x], "mean", kernel_shape=[2, 2], strides=[2, 2])
    x = writer.node("GlobalAveragePool", [x], "squeeze")
    x = writer.node("Flatten", [x], "flat", axis=1)
    weight = writer.normal("dense.weight", (20, 48), 1.0)
    bias = writer.uniform("dense.bias", (20,), -0.5, 0.5)
    x = writer.node("Gemm", [x, weight, bias], "dense", transB=1)
    writer.output(writer.node("Softmax", [x], "probabilities", axis=-1), [1, 20])
    return writer


def write(path):
    source = path.with_suffix(".float.onnx")
    onnx.save(floats().model(), source)
    logging.disable(logging.WARNING)
    quantization.quantize_static(
        str(source), str(path), Samples(), quant_format=quantization.QuantFormat.QOperator,
        activation_type=quantization.QuantType.QUInt8, weight_type=quantization.QuantType.QUInt8,
        extra_options={"ActivationSymmetric": False})
    logging.disable(logging.NOTSET)
    source.unlink()


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]))
