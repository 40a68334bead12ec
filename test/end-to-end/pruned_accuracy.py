"""Prunes mnist-8-cntk under a gate, and counts by itself what the built binary reads right.

The first thousand pictures of the test set calibrate (the training set is not at hand), the other
nine thousand are measured; what the pruned network may lose is against the float network on the
same nine thousand.
"""

import argparse
import gzip
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402
from harness import binary, reference  # noqa: E402

CALIBRATION = 1000
MOST_LOST = 0.003
PRUNE = """
[compress]
calibration = "calibration.npz"
[compress.prune]
sparsity = {sparsity}
scope = "global"
reconstruct = true
[accuracy]
dataset = "validation.npz"
metric = "top1"
max_drop = {most_lost}
"""
GATE_MISSED = 3


def pictures_and_labels(shared):
    folder = shared / "data" / "mnist-t10k"
    pictures = gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    labels = gzip.decompress((folder / "t10k-labels-idx1-ubyte.gz").read_bytes())[8:]
    return (np.frombuffer(pictures, np.uint8).reshape(-1, 1, 1, 28, 28).astype(np.float32),
            np.frombuffer(labels, np.uint8))


def build(mdc, home, graph, sparsity, pictures, labels):
    """(exit code, what mdc printed)."""
    home.mkdir()
    np.savez(home / "calibration.npz", Input3=pictures[:CALIBRATION])
    np.savez(home / "validation.npz", Input3=pictures[CALIBRATION:],
             label=labels[CALIBRATION:].astype(np.int64))
    binary.write_spec(home, "mnist", str(graph), isa=["v3"])
    with open(home / "deploy.toml", "a", encoding="utf-8") as spec:
        spec.write(PRUNE.format(sparsity=sparsity, most_lost=MOST_LOST))
    return binary.run_mdc(mdc, home, ["build"], 300)


def right_share(program, pictures, labels):
    """The share of the measured pictures that the binary reads right."""
    outputs = binary.infer(program, {"Input3": pictures[CALIBRATION:]}, ["--each"])
    scores = next(iter(outputs.values())).reshape(len(pictures) - CALIBRATION, -1)
    return (scores.argmax(axis=1) == labels[CALIBRATION:]).mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mdc", required=True, type=pathlib.Path)
    parser.add_argument("--shared", required=True, type=pathlib.Path)
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    options = parser.parse_args()
    graph = options.shared / "models" / "mnist-8-cntk" / "model.onnx"
    pictures, labels = pictures_and_labels(options.shared)
    session = reference.session(str(graph))
    right = [session.run(None, {"Input3": picture})[0].argmax() == label
             for picture, label in zip(pictures, labels)]
    dense = np.mean(right[CALIBRATION:])
    mdc, program = options.mdc.resolve(), pathlib.Path("dist", "cpu", "mnist")
    home = options.folder / "half"
    code, text = build(mdc, home, graph, 0.5, pictures, labels)
    if code != 0:
        sys.exit(f"error: with half of the weights exit code {code}\n{text}")
    half = right_share(home / program, pictures, labels)
    print(f"top1 on {len(right) - CALIBRATION} pictures: dense {dense:.4f}, half {half:.4f}")
    if dense - half > MOST_LOST:
        sys.exit(f"error: half of the weights lose {dense - half:.4f}, expected {MOST_LOST}")
    home = options.folder / "hundredth"
    code, text = build(mdc, home, graph, 0.99, pictures, labels)
    print(text)
    if code != GATE_MISSED or (home / program).exists():
        sys.exit(f"error: with a hundredth of the weights exit code {code}, expected {GATE_MISSED} "
                 "and no binary")


if __name__ == "__main__":
    main()
