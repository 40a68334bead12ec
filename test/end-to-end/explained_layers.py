"""What `mdc explain` says of each layer of examples/digits in bytes, and pruned: the weights of the
model say what it must.

Usage: explained_layers.py MDC EXAMPLES FOLDER
"""

import json
import pathlib
import re
import sys

import numpy as np
import onnx

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import binary  # noqa: E402
from harness.counts import Counts  # noqa: E402

BYTES = {"compress.quantize": {"activations": "int8"}}
HALF = {"compress.prune": {"sparsity": 0.5, "pattern": "block-1x16", "reconstruct": True}}
LAYERS = ("conv1", "conv2", "dense")
SAME_DB = 0.01
UNITS = {"B": 1, "kB": 1e3, "MB": 1e6}
ROUNDING = 0.006  # of numbers that are printed with three digits


def weights_of(graph):
    """The weight of each layer as [output channels, others]."""
    tensors = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in
               onnx.load(graph).graph.initializer}
    return {name: tensors[f"{name}.weight"].reshape(len(tensors[f"{name}.weight"]), -1)
            for name in LAYERS}


def rounding_sqnr(weight):
    """dB of weights over what 127 steps for each output channel's largest one take from them."""
    exact = weight.astype(np.float64)
    scale = np.abs(exact).max(1, keepdims=True) / 127
    error = exact - np.rint(exact / scale) * scale
    return 10 * np.log10((exact ** 2).sum() / (error ** 2).sum())


def explained(mdc, home, *words):
    code, text = binary.run_mdc(mdc, home, ["explain", *words], 60)
    if code != 0:
        raise binary.RunError(text)
    return text


def rows_of(text):
    """The rows of the table by the region's name, each a dictionary by column."""
    lines = [re.split(r" {2,}", line.strip()) for line in text.splitlines()]
    header = next(line for line in lines if line[0] == "region")
    return {line[0]: dict(zip(header, line)) for line in lines if len(line) == len(header)}


def number(text):
    """3.5 kB as 3500."""
    value, unit = text.split()
    return float(value) * UNITS[unit]


def is_near(text, expected):
    return abs(number(text) - expected) <= ROUNDING * expected


def row_problem(row, region):
    """None if a row of the text says what the JSON says."""
    right = {"type": row["type"] == region["precision"],
             "zeros": row["zeros"] == f"{100 * region['sparsity']:.1f} %",
             "SQNR": row["SQNR"] == ("-" if region["sqnr_db"] is None else
                                     f"{region['sqnr_db']:.1f} dB"),
             "before": is_near(row["before"], region["weight_bytes_before"]),
             "weights": is_near(row["weights"], region["weight_bytes"]),
             "share": abs(float(row["share"].split()[0]) - 100 * region["share"]) <= 0.051}
    wrong = [f"{key} {row[key]}" for key, is_right in right.items() if not is_right]
    return f"{', '.join(wrong)} in the text, {region} in JSON" if wrong else None


def byte_problem(region, weight):
    """None if this is a layer of bytes with this weight."""
    channels = len(weight)
    right = {"precision": region["precision"] == region["layers"][0]["precision"] == "int8",
             "sparsity": region["sparsity"] == 0,
             "weight_bytes_before": is_with_terms(region["weight_bytes_before"], 4 * weight.size,
                                                  channels),
             "weight_bytes": is_with_terms(region["weight_bytes"], weight.size, channels),
             "sqnr_db": abs(region["sqnr_db"] - rounding_sqnr(weight)) <= SAME_DB}
    wrong = [f"{key} {region[key]}" for key, is_right in right.items() if not is_right]
    return f"{', '.join(wrong)} of {weight.size} weights" if wrong else None


def is_with_terms(found, expected, channels):
    """Whether these are the bytes expected and up to two numbers for each channel: its bias, its
    scale."""
    return expected <= found <= expected + 8 * channels


def zeros_problem(layers, weights):
    """None if half of the blocks are zeros; those of one depth position, of up to 16 channels."""
    blocks = {name: weight.shape[1] * -(-len(weight) // 16) for name, weight in weights.items()}
    zeros = sum(layers[name]["sparsity"] * blocks[name] for name in LAYERS)
    return None if abs(zeros - sum(blocks.values()) / 2) <= 0.5 else \
        f"{zeros} of {sum(blocks.values())} blocks are zeros"


def pruned_problem(region):
    """None if this is a layer that is stored without its zeros."""
    stored = region["weight_bytes"] / region["weight_bytes_before"]
    is_right = (region["precision"] == "f32" and 0 < region["sparsity"] < 1 and
                stored < 1 and stored >= 1 - region["sparsity"] and 10 < region["sqnr_db"] < 60)
    return None if is_right else str(region)


def check_table(counts, name, regions, text):
    rows = rows_of(text)
    for region in (region for region in regions if region["nodes"]):  # else a column is empty
        row = rows.get(region["name"])
        counts.check(f"{name}: the row of {region['name']}",
                     row_problem(row, region) if row else f"there is none in {text}")
    shares = [region["share"] for region in regions]
    counts.check(f"{name}: shares", None if min(shares) >= 0 and abs(sum(shares) - 1) <= 0.001 else
                 f"they are {shares}")
    dearest = max(regions, key=lambda region: region["share"])
    # over nine in ten multiply-adds
    counts.check(f"{name}: the dearest", None if "conv2" in dearest["nodes"] else str(dearest))


def main():
    mdc, examples, folder = sys.argv[1], *map(pathlib.Path, sys.argv[2:])
    digits = examples / "digits"
    weights = weights_of(digits / "digits.onnx")
    calibration = {"compress": {"calibration": str(digits / "calibration.npz")}}
    counts = Counts()
    for name, sections in (("bytes", BYTES), ("half", HALF)):
        home = folder / name
        home.mkdir()
        binary.build(mdc, home, "digits", str(digits / "digits.onnx"), {"batch": {"max": 16}},
                     sections={**calibration, **sections})
        regions = json.loads(explained(mdc, home, "--json"))
        check_table(counts, name, regions, explained(mdc, home))
        layers = {region["layers"][0]["name"]: region for region in regions if "layers" in region}
        counts.check(f"{name}: layers", None if sorted(layers) == sorted(LAYERS) else str(layers))
        if name == "bytes":
            for layer in LAYERS:
                counts.check(f"{layer} in bytes", byte_problem(layers[layer], weights[layer]))
        else:
            counts.check("half of the blocks", zeros_problem(layers, weights))
            counts.check("dense without its zeros", pruned_problem(layers["dense"]))
    counts.finish()


if __name__ == "__main__":
    main()
