"""Layers of integers of 7 bits on inputs and weights that are such integers: nothing is rounded, so
the answers are exact, the largest sums among them.

Usage: reduced_range.py MDC FOLDER
"""

import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import binary, reference  # noqa: E402
from harness.counts import Counts  # noqa: E402

RANDOM = np.random.default_rng(11)
LARGEST_BYTE, LARGEST_WEIGHT = 127, 63
# input, weight, stride: windows of one channel, of part of a group, of blocks and a rest
CONVOLUTIONS = [((1, 1, 20, 20), (32, 1, 5, 5), 1), ((1, 3, 33, 33), (32, 3, 3, 3), 2),
                ((1, 20, 9, 9), (48, 20, 3, 3), 1), ((1, 36, 7, 7), (32, 36, 1, 1), 1),
                ((1, 512, 1, 1), (64, 512, 1, 1), 1)]
PRODUCTS = [((1, 518), (518, 96)), ((7, 192), (192, 65)), ((33, 259), (259, 64))]


def integers(shape, lowest, highest):
    values = RANDOM.integers(lowest, highest + 1, shape)
    # each end of the range in every row
    values[..., 0], values[..., -1] = lowest, highest
    return values.astype(np.float32)


def weight_of(shape):
    """Every channel reaches the ends, and the first has nothing else."""
    channels = integers((shape[0], int(np.prod(shape[1:]))), -LARGEST_WEIGHT, LARGEST_WEIGHT)
    channels[0] = -LARGEST_WEIGHT
    return channels.reshape(shape)


def write_graph(path, layers):
    """A layer for each input x0, x1, ..., with a result y0, y1, ..."""
    nodes, constants, inputs, outputs = [], [], [], []
    for number, (shape, weight, stride) in enumerate(layers):
        x, w, y = f"x{number}", f"w{number}", f"y{number}"
        constants.append(numpy_helper.from_array(weight, w))
        inputs.append(helper.make_tensor_value_info(x, TensorProto.FLOAT, shape))
        outputs.append(helper.make_tensor_value_info(y, TensorProto.FLOAT, None))
        if stride:
            nodes.append(helper.make_node("Conv", [x, w], [y], f"layer{number}",
                                          strides=[stride, stride],
                                          pads=[weight.shape[2] // 2] * 4))
        else:
            nodes.append(helper.make_node("MatMul", [x, w], [y], f"layer{number}"))
    graph = helper.make_graph(nodes, "layers", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, path)


def check(counts, mdc, folder, name, layers, quantize):
    folder.mkdir()
    graph = folder / "layers.onnx"
    write_graph(graph, layers)
    samples = [{f"x{number}": integers(shape, 0, LARGEST_BYTE)
                for number, (shape, _, _) in enumerate(layers)}]
    samples.append({key: np.full_like(value, LARGEST_BYTE) for key, value in samples[0].items()})
    if name == "dynamic":  # a row's range starts at 0: its scale is 1
        samples[1] = {key: np.where(np.arange(value.shape[-1]) == 0, 0, value).astype(np.float32)
                      for key, value in samples[1].items()}
    np.savez(folder / "calibration.npz", **{key: np.stack([sample[key] for sample in samples])
                                            for key in samples[0]})
    built = binary.build(mdc, folder, "layers", str(graph),
                         sections={"compress": {"calibration": "calibration.npz"},
                                   "compress.quantize": {**quantize, "reduce_range": True,
                                                         "bias_correction": False}})
    lowered = (folder / ".mdc" / "cpu" / "regions").glob("*.mlir")
    short = sum("short_sums = 4" in path.read_text() for path in lowered)
    counts.check(f"{name}: products", None if short == len(layers) else
                 f"16 bits hold the sums of {short} of {len(layers)}")
    for number, sample in enumerate(samples):
        expected = reference.session(str(graph)).run(None, sample)
        for level in binary.machine_isas():
            for threads in ("1", "3"):
                found = binary.infer(built, sample, ["--isa", level, "--threads", threads])
                wrong = [key for key, value in zip(sorted(found), expected)
                         if not np.array_equal(found[key], value)]
                counts.check(f"{name}: sample {number} on {level}, {threads} threads",
                             f"{', '.join(wrong)} differ" if wrong else None)


def main():
    mdc, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    counts = Counts()
    convolutions = [(shape, weight_of(weight), stride) for shape, weight, stride in CONVOLUTIONS]
    products = [(shape, weight_of(weight[::-1]).T.copy(), 0) for shape, weight in PRODUCTS]
    check(counts, mdc, folder / "static", "static", convolutions + products,
          {"range": "minmax"})
    check(counts, mdc, folder / "dynamic", "dynamic", products, {"activations": "dynamic"})
    counts.finish()


if __name__ == "__main__":
    main()
