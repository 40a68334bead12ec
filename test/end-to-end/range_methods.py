"""examples/digits with activations in bytes whose ranges are found in each way, against its float
build.

Usage: range_methods.py MDC EXAMPLES FOLDER
"""

import json
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import binary  # noqa: E402
from harness.counts import Counts  # noqa: E402
from models import compressed  # noqa: E402

METHODS = ("minmax", "percentile", "entropy", "mse")
LEAST_COSINE = 0.99999  # of all probabilities; entropy, which cuts off most, has 0.9999973
MOST_LOST = 2  # of the held-out digits that the float build reads right; none is lost as yet


def build(mdc, home, digits, sections):
    home.mkdir()
    return binary.build(mdc, home, "digits", str(digits / "digits.onnx"), {"batch": 1}, ["v3"],
                        sections=sections)


def share_problem(mdc, home):
    code, text = binary.run_mdc(mdc, home, ["explain", "--json"], 60)
    return compressed.share_problem(json.loads(text)) if code == 0 else text


def answer_problem(found, expected, labels):
    cosine = compressed.cosine(found, expected)
    if cosine < LEAST_COSINE:
        return f"cosine {cosine:.7f} with the float build, expected {LEAST_COSINE}"
    right = [(answer.argmax(1) == labels).sum() for answer in (expected, found)]
    return None if right[0] - right[1] <= MOST_LOST else f"{right[1]} are right, of {right[0]}"


def main():
    mdc, examples, folder = sys.argv[1], *map(pathlib.Path, sys.argv[2:])
    digits = examples / "digits"
    counts, found = Counts(), {}
    with np.load(digits / "validation.npz") as archive:
        images, labels = archive["image"][:, None], archive["label"]

    def answers(program):
        outputs = binary.infer(program, {"image": images}, ["--each"])
        return outputs["probabilities"].reshape(len(labels), -1)

    expected = answers(build(mdc, folder / "float", digits, {}))
    for method in METHODS:
        sections = {"compress": {"calibration": str(digits / "calibration.npz")},
                    "compress.quantize": {"range": method}}
        answer = answers(build(mdc, folder / method, digits, sections))
        counts.check(f"{method}: multiply-adds in bytes", share_problem(mdc, folder / method))
        counts.check(f"{method}: answers", answer_problem(answer, expected, labels))
        # a key that is read and then ignored would give one answer for all
        same = [other for other in found if np.array_equal(found[other], answer)]
        counts.check(f"{method}: ranges of its own", f"they are those of {same[0]}" if same else
                     None)
        found[method] = answer
    counts.finish()


if __name__ == "__main__":
    main()
