"""Writes unet.onnx: a segmenting network with skips, which makes pictures larger by transposed
convolutions; seeded random weights."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "examples"))
from graph_writer import GraphWriter, save_as_asked  # noqa: E402

CHANNELS = [32, 64, 128]  # of the stages, each of half the size


def block(writer, name, x, inside, outside):
    for number, channels in enumerate((inside, outside)):
        x = writer.convolution(f"{name}.{number}", x, (channels, outside), 3)
        x = writer.node("Relu", [x], f"{name}.{number}.relu")
    return x


def larger(writer, name, x, inside, outside, kernel):
    """Twice the size."""
    weight = writer.normal(f"{name}.weight", (inside, outside, kernel, kernel),
                           (inside * kernel * kernel / 4) ** -0.5)
    bias = writer.uniform(f"{name}.bias", (outside,), -0.1, 0.1)
    return writer.node("ConvTranspose", [x, weight, bias], name, strides=[2, 2],
                       pads=[(kernel - 2) // 2] * 4)


def unet(seed=3, period=None):
    writer = GraphWriter("unet", seed, period)
    x, inside, skips = writer.input("image", ["batch", 3, "height", "width"]), 3, []
    for stage, channels in enumerate(CHANNELS):
        x = block(writer, f"down{stage}", x, inside, channels)
        inside = channels
        if channels != CHANNELS[-1]:
            skips.append(x)
            x = writer.node("MaxPool", [x], f"pool{stage}", kernel_shape=[2, 2], strides=[2, 2])
    # the two kernels in use: windows that meet, and windows that overlap by half
    for stage, kernel in ((1, 2), (0, 4)):
        channels = CHANNELS[stage]
        x = larger(writer, f"up{stage}", x, inside, channels, kernel)
        x = writer.node("Concat", [skips[stage], x], f"joined{stage}", axis=1)
        x = block(writer, f"mix{stage}", x, 2 * channels, channels)
        inside = channels
    mask = writer.convolution("mask", x, (inside, 2), 1)
    writer.output(mask, ["batch", 2, "height", "width"])
    return writer


if __name__ == "__main__":
    save_as_asked(unet, __doc__, HERE / "unet.onnx", seed=3)
