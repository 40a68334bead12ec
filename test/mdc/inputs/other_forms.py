"""other_forms.py FOLDER [--outputs|--one-hot]: writes the labelled set of the folder as x.npy with
y.npy and as validation.csv; or, in its place, the test inputs with the expected outputs, or itself
with a row of zeros and a one for each label."""

import pathlib
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1])
if "--outputs" in sys.argv:
    image = np.load(folder / "test_inputs.npz")["image"]
    expected = np.load(folder / "test_outputs.npz")["probabilities"]
    np.savez(folder / "validation.npz", image=image, probabilities=expected)
    sys.exit()
samples = np.load(folder / "validation.npz")
images, labels = samples["image"], samples["label"]
np.save(folder / "x.npy", images)
np.save(folder / "y.npy", labels)
if "--one-hot" in sys.argv:
    np.savez(folder / "validation.npz", image=images, label=np.eye(10, dtype=np.float32)[labels])
    sys.exit()
flat = images.reshape(len(images), -1)
with open(folder / "validation.csv", "w", encoding="utf-8") as table:
    print(",".join([f"image.{at}" for at in range(flat.shape[1])] + ["label"]), file=table)
    for row, label in zip(flat, labels):
        print(",".join([repr(float(value)) for value in row] + [str(label)]), file=table)
