"""What `mdc explain` says of the zeros that pruning leaves in the examples: digits as its own spec
prunes it, ResNet-50 and BERT-base by single weights."""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test"))

from harness import binary  # noqa: E402
from harness.counts import Counts  # noqa: E402

SINGLE = {"compress.prune": {"sparsity": 0.8, "pattern": "unstructured"}}
IMAGE = {"batch": 1, "height": 224, "width": 224}
TOKENS = {"batch": 1, "sequence": 128}
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


def digits(examples):
    """(graph, dims, sections) of the example as its own spec prunes it."""
    folder = examples.resolve() / "digits"
    spec = tomllib.loads((folder / "deploy-pruned.toml").read_text(encoding="utf-8"))
    compress = spec["compress"]
    return folder / spec["model"]["graph"], spec["model"]["dims"], {
        "compress": {"calibration": str(folder / compress["calibration"])},
        "compress.prune": compress["prune"]}


def seeded(examples, name, home, words):
    """The graph that the example's script writes."""
    graph = home / f"{name}.onnx"
    subprocess.run([sys.executable, examples / name / "make.py", "--output", graph, *words],
                   check=True, stdout=subprocess.DEVNULL)
    return graph


def check(counts, mdc, home, graph, dims, sections):
    binary.build(mdc, home, home.name, str(graph), dims, isa=["v3"], sections=sections)
    share = stored_share(mdc, home)
    counts.check(home.name, None if share >= LEAST_SHARE else
                 f"{100 * share:.0f} % of the pruned bytes are stored sparse, expected 80 %")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mdc", required=True, type=pathlib.Path)
    parser.add_argument("--examples", required=True, type=pathlib.Path)
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    options = parser.parse_args()
    counts = Counts()
    home = options.folder / "digits"
    home.mkdir()
    check(counts, options.mdc, home, *digits(options.examples))
    # the twelve layers of bert-base have the same shapes: three take a third of the time
    for name, dims, words in (("resnet50", IMAGE, ()), ("bert-base", TOKENS, ("--layers", "3"))):
        home = options.folder / name
        home.mkdir()
        check(counts, options.mdc, home, seeded(options.examples, name, home, words), dims, SINGLE)
        shutil.rmtree(home)  # hundreds of megabytes
    counts.finish()


if __name__ == "__main__":
    main()
