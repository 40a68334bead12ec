"""What `mdc explain` says of the zeros that pruning leaves in the examples: digits as its own spec
prunes it, ResNet-50 by single weights."""

import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test"))

from harness import binary  # noqa: E402
from harness.counts import Counts  # noqa: E402

BLOCKS = {"sparsity": 0.5, "pattern": "block-1x16"}
SINGLE = {"sparsity": 0.8, "pattern": "unstructured"}
IMAGE = {"batch": 1, "height": 224, "width": 224}
LEAST_SHARE = 0.8


def stored_share(mdc, home):
    """Of the bytes of zeros, the part in layers that are stored smaller for them."""
    code, text = binary.run_mdc(mdc, home, ["explain", "--json"], 60)
    if code != 0:
        raise binary.RunError(text)
    zeros = stored = 0
    for region in json.loads(text):
        layers = region.get("layers", [])
        here = sum(layer["sparsity"] * layer["weight_bytes_before"] for layer in layers)
        zeros += here
        stored += here if region["weight_bytes"] < region["weight_bytes_before"] else 0
    return stored / zeros


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mdc", required=True, type=pathlib.Path)
    parser.add_argument("--examples", required=True, type=pathlib.Path)
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    options = parser.parse_args()
    counts = Counts()
    resnet = options.folder / "resnet50.onnx"
    subprocess.run([sys.executable, options.examples / "resnet50" / "make.py", "--output", resnet],
                   check=True, stdout=subprocess.DEVNULL)
    digits = options.examples / "digits" / "digits.onnx"
    for name, graph, dims, prune in [("digits", digits, {"batch": [1, 16]}, BLOCKS),
                                     ("resnet50", resnet, IMAGE, SINGLE)]:
        home = options.folder / name
        home.mkdir()
        binary.build(options.mdc, home, name, str(graph), dims, isa=["v3"],
                     sections={"compress.prune": prune})
        share = stored_share(options.mdc, home)
        counts.check(name, None if share >= LEAST_SHARE else
                     f"{100 * share:.0f} % of the pruned bytes are stored sparse, expected 80 %")
    counts.finish()


if __name__ == "__main__":
    main()
