"""Writes mobilenetv2.onnx: the real graph at its real size, with seeded random weights."""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "examples"))
from graph_writer import GraphWriter, save_as_asked  # noqa: E402

# (expansion, channels, blocks, stride of the first block), table 2 of the MobileNetV2 paper
STAGES = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
          (6, 160, 3, 2), (6, 320, 1, 1)]


def clip6(writer, x, name):
    return writer.node("Clip", [x, "zero", "six"], name)


def inverted_residual(writer, name, x, inside, shape):
    expansion, channels, stride = shape
    wide = inside * expansion
    y = x
    if expansion != 1:
        y = writer.convolution(f"{name}.expand", y, (inside, wide), 1)
        y = clip6(writer, y, f"{name}.expand.clip")
    y = writer.convolution(f"{name}.depthwise", y, (wide, wide), 3, stride, groups=wide)
    y = clip6(writer, y, f"{name}.depthwise.clip")
    y = writer.convolution(f"{name}.project", y, (wide, channels), 1, gain=0.5)
    return writer.node("Add", [x, y], name) if stride == 1 and inside == channels else y


def mobilenetv2(seed=2, period=None):
    writer = GraphWriter("mobilenetv2", seed, period)
    x = writer.input("image", ["batch", 3, "height", "width"])
    writer.constant("zero", np.float32(0))
    writer.constant("six", np.float32(6))
    x = clip6(writer, writer.convolution("stem", x, (3, 32), 3, 2), "stem.clip")
    inside = 32
    for stage, (expansion, channels, blocks, first_stride) in enumerate(STAGES):
        for block in range(blocks):
            shape = (expansion, channels, first_stride if block == 0 else 1)
            x = inverted_residual(writer, f"stage{stage + 1}.{block}", x, inside, shape)
            inside = channels
    x = clip6(writer, writer.convolution("head", x, (inside, 1280), 1), "head.clip")
    writer.classifier(x, 1280, 1000)
    return writer


if __name__ == "__main__":
    save_as_asked(mobilenetv2, __doc__, HERE / "mobilenetv2.onnx", seed=2)
