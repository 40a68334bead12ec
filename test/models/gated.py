"""mnist-8-cntk compressed under an accuracy gate on all MNIST test images. The training images are
not there: the calibration set is the first 500 of them, without their labels."""

import json
import shutil
import subprocess

import numpy as np

CALIBRATING = 500
MISSED = 3  # the exit code of a missed gate

# name, section, largest loss of top1, whether the gate holds
SPECS = [
    ("int8", '[compress.quantize]\nactivations = "int8"\n', 0.001, True),
    ("half", "[compress.prune]\nsparsity = 0.5\nreconstruct = true\n", 0.003, True),
    ("sparse99", "[compress.prune]\nsparsity = 0.99\nreconstruct = true\n", 0.003, False),
]

SPEC = """[model]
name = "mnist"
graph = "mnist.onnx"
[compress]
calibration = "calibration.npz"
{section}
[accuracy]
dataset = "test.npz"
metric = "top1"
max_drop = {loss}
"""


def write_sets(folder, graph, images, labels):
    folder.mkdir(exist_ok=True)
    shutil.copy(graph, folder / "mnist.onnx")
    pictures = images.astype(np.float32)[:, None]
    np.savez(folder / "test.npz", Input3=pictures, label=labels.astype(np.int64))
    np.savez(folder / "calibration.npz", Input3=pictures[:CALIBRATING])


def gate_problem(mdc, folder, spec):
    """None if the build ends as its gate must."""
    name, section, loss, holds = spec
    path = folder / f"{name}.toml"
    path.write_text(SPEC.format(section=section, loss=loss), encoding="utf-8")
    shutil.rmtree(folder / "dist", ignore_errors=True)
    done = subprocess.run([mdc, "build", "--spec", path], text=True, timeout=600,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != (0 if holds else MISSED):
        return f"exit code {done.returncode}: {done.stdout[-800:]}"
    built = folder / "dist" / "cpu" / "mnist"
    if not holds:
        if built.exists():
            return "a binary that misses its gate is in dist/"
        return None if "what each layer costs in top1" in done.stdout else done.stdout[-800:]
    said = json.loads(subprocess.run([built, "info", "--json"], text=True, check=True,
                                     stdout=subprocess.PIPE).stdout)["accuracy"]
    right = said["metric"] == "top1" and said["value"] >= 0.9891 - loss
    return None if right else f"the binary says {said}"


def check(session, graph, images, labels):
    folder = session.folder / "mnist-compressed"
    write_sets(folder, graph, images, labels)
    for spec in SPECS:
        verb = "holds" if spec[3] else "misses"
        session.counts.check(f"mnist-8-cntk as {spec[0]} {verb} a gate of {spec[2]}",
                             gate_problem(session.mdc, folder, spec))
