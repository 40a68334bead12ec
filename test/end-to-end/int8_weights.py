"""ResNet-50 with seeded weights as static int8: what its weights take of what they took.

Usage: int8_weights.py MDC EXAMPLES FOLDER
"""

import json
import pathlib
import subprocess
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import binary  # noqa: E402
from harness.counts import Counts  # noqa: E402

LEAST_GAIN = 3.8
PIXELS = 64  # weights are the same for pictures of any size


def main():
    mdc, examples, folder = map(pathlib.Path, sys.argv[1:])
    graph = folder / "resnet50.onnx"
    subprocess.run([sys.executable, examples / "resnet50" / "make.py", "--output", graph],
                   check=True, stdout=subprocess.DEVNULL)
    pictures = np.random.default_rng(5).standard_normal((4, 3, PIXELS, PIXELS))
    np.savez(folder / "pictures.npz", image=pictures.astype(np.float32))
    binary.build(mdc, folder, "resnet50", str(graph),
                 {"batch": 1, "height": PIXELS, "width": PIXELS}, isa=["v3"],
                 sections={"compress": {"calibration": "pictures.npz"},
                           "compress.quantize": {"activations": "int8"}})
    code, text = binary.run_mdc(mdc, folder, ["explain", "--json"], 60)
    if code != 0:
        raise binary.RunError(text)
    regions = json.loads(text)
    before = sum(region["weight_bytes_before"] for region in regions)
    gain = before / sum(region["weight_bytes"] for region in regions)
    counts = Counts()
    counts.check("resnet50", None if gain >= LEAST_GAIN else
                 f"the weights shrink {gain:.2f} times, expected {LEAST_GAIN}")
    counts.finish()


if __name__ == "__main__":
    main()
