"""A small network with float convolutions of each kind between layers that become bytes: the same
bits on every level, by any number of threads."""

import json
import pathlib
import sys

import numpy as np
from harness import binary, tensors
from models import catalogue, quantized

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "examples"))
from graph_writer import GraphWriter  # noqa: E402

ISLAND = ("island_wide", "island_depthwise", "island_point")
BYTES = ("stem", "window")  # the noise of its input decides of the last layer
BOUND = 0.05  # of an output's largest magnitude, against the float graph: bytes are off by 0.03
# of a deploy.toml
SECTIONS = {"compress": {"calibration": "calibration.npz"},
            "compress.quantize": {"activations": "int8", "exclude": ["island_*"]}}


def layers(seed=7):
    writer = GraphWriter("float-island", seed)

    def block(name, x, channels, kernel, stride=1, groups=1):
        y = writer.convolution(name, x, channels, kernel, stride, groups)
        return writer.node("Relu", [y], f"{name}.relu")

    x = block("stem", writer.input("image", [1, 3, 45, 61]), (3, 40), 3, 2)
    x = block("island_wide", x, (40, 48), 3)
    x = block("island_depthwise", x, (48, 48), 5, 1, 48)
    x = block("island_point", x, (48, 40), 1)
    writer.output(x, [1, 40, 23, 31])  # rounding to bytes would hide most other bits
    x = block("window", x, (40, 64), 3, 2)
    x = writer.node("GlobalAveragePool", [x], "squeeze")
    x = writer.node("Flatten", [x], "flat", axis=1)
    x = writer.node("Gemm", [x, writer.normal("dense.weight", (24, 64), 0.3)], "dense", transB=1)
    writer.output(x, [1, 24])
    return writer


def write(folder, inputs):
    """The graph's path; calibration.npz beside it holds what `inputs` draws."""
    path = folder / "float-island.onnx"
    layers().save(path)
    samples = [inputs(np.random.default_rng(number), {}) for number in range(1, 5)]
    np.savez(folder / "calibration.npz", **{name: np.stack([sample[name] for sample in samples])
                                            for name in samples[0]})
    return path


def precisions_problem(mdc, folder):
    """None if the layers of the island are float and the others are not."""
    code, text = binary.run_mdc(mdc, folder, ["explain", "--json"], 60)
    if code != 0:
        return text
    found = {layer["name"]: layer["precision"] for region in json.loads(text)
             for layer in region.get("layers", [])}
    expected = {**dict.fromkeys(ISLAND, "f32"), **dict.fromkeys(BYTES, "int8")}
    found = {name: found.get(name) for name in expected}
    return None if found == expected else f"they are {found}, expected {expected}"


def check(session, reference):
    model, counts = catalogue.FLOAT_ISLAND, session.counts
    folder = session.folder / model.name
    folder.mkdir(exist_ok=True)
    try:
        graph = write(folder, model.inputs)
        built = binary.build(session.mdc, folder, model.name, str(graph), sections=SECTIONS)
        inputs = model.inputs(np.random.default_rng(0), {})
        counts.check(f"{model.name}: convolutions in float between bytes",
                     precisions_problem(session.mdc, folder))
        counts.check(f"{model.name} is right", tensors.outputs_problem(
            binary.infer(built, inputs), reference(str(graph))(inputs), BOUND))
        quantized.check_same_bits(counts, model.name, built, inputs, emulated=True)
    except (binary.BuildError, binary.RunError) as error:
        counts.fail(model.name, str(error)[-1500:])
