"""fake-binary.py FOLDER [ANSWER]: a deploy.toml with test data, and a stand-in for the binary.

The stand-in prints its words, and answers `infer` with the reference outputs changed as ANSWER
says, so that `mdc test` itself is under test and no model is needed.
"""

import os
import sys

import numpy

folder, answer = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "equal"
os.makedirs(f"{folder}/dist/cpu", exist_ok=True)
reference = {
    "scores": numpy.array([[4.0, -8.0, 0.5]], numpy.float32),
    "labels": numpy.array([3, 1], numpy.int64),
}
answers = {name: array.copy() for name, array in reference.items()}
if answer == "within":
    answers["scores"][0, 2] += 0.0004  # 5e-5 of the largest magnitude, 8
elif answer == "beyond":
    answers["scores"][0, 2] += 0.008  # 1e-3 of it
elif answer == "integer":
    answers["labels"][1] += 1
elif answer == "nan":
    answers["scores"][0, 1] = numpy.nan
elif answer == "shape":
    answers["scores"] = answers["scores"][0]
elif answer == "absent":
    del answers["labels"]
numpy.savez(f"{folder}/in.npz", x=numpy.zeros(3, numpy.float32))
numpy.savez(f"{folder}/expected.npz", **reference)
numpy.savez(f"{folder}/answers.npz", **answers)
with open(f"{folder}/model.onnx", "w", encoding="ascii") as graph:
    graph.write("only its existence matters here")
with open(f"{folder}/deploy.toml", "w", encoding="ascii") as spec:
    spec.write('[model]\nname = "m"\ngraph = "model.onnx"\n')
    spec.write('[test]\ninputs = "in.npz"\noutputs = "expected.npz"\n')
binary = f"{folder}/dist/cpu/m"
with open(binary, "w", encoding="ascii") as script:
    script.write('#!/bin/sh\necho "words: $*"\n')
    script.write(f'[ "$1" = infer ] || exit 0\ncp {folder}/answers.npz "$5"\n')
os.chmod(binary, 0o755)
