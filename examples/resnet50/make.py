"""Writes resnet50.onnx: the real graph at its real size, with seeded random weights."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from graph_writer import GraphWriter, save_as_asked  # noqa: E402

# (blocks, width) of the four stages; a block's output has four times its width
STAGES = [(3, 64), (4, 128), (6, 256), (3, 512)]


def bottleneck(writer, name, x, inside, width, stride):
    y = writer.convolution(f"{name}.reduce", x, (inside, width), 1)
    y = writer.node("Relu", [y], f"{name}.reduce.relu")
    y = writer.convolution(f"{name}.window", y, (width, width), 3, stride)
    y = writer.node("Relu", [y], f"{name}.window.relu")
    # a small gain on the branch keeps 16 residual additions from growing without bound
    y = writer.convolution(f"{name}.expand", y, (width, width * 4), 1, gain=0.2)
    if stride != 1 or inside != width * 4:
        x = writer.convolution(f"{name}.shortcut", x, (inside, width * 4), 1, stride, gain=1.0)
    y = writer.node("Add", [y, x], f"{name}.add")
    return writer.node("Relu", [y], name)


def resnet50(seed=50, period=None):
    writer = GraphWriter("resnet50", seed, period)
    x = writer.input("image", ["batch", 3, "height", "width"])
    x = writer.convolution("stem", x, (3, 64), 7, 2)
    x = writer.node("Relu", [x], "stem.relu")
    x = writer.node("MaxPool", [x], "stem.pool", kernel_shape=[3, 3], strides=[2, 2],
                    pads=[1, 1, 1, 1])
    inside = 64
    for stage, (blocks, width) in enumerate(STAGES):
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            x = bottleneck(writer, f"stage{stage + 1}.{block}", x, inside, width, stride)
            inside = width * 4
    writer.classifier(x, inside, 1000)
    return writer


if __name__ == "__main__":
    save_as_asked(resnet50, __doc__, HERE / "resnet50.onnx", seed=50)
