"""bad_sets.py FILE.npz NAMES COMMAND...: puts one unusable set after the other in place of a set of
samples and shows how the command ends and what it says. NAMES are sets below between commas, or
all."""

import pathlib
import subprocess
import sys

import numpy as np

PATH, NAMES, *COMMAND = sys.argv[1:]
IMAGES, LABELS = np.zeros((3, 1, 8, 8), np.float32), np.arange(3)
SPOILT = IMAGES.copy()
SPOILT[1, 0, 2, 3] = np.nan

MISSING, TEXT = object(), object()

SETS = {
    "missing": MISSING,
    "no-label": {"image": IMAGES},
    "no-input": {"picture": IMAGES, "label": LABELS},
    "empty": {"image": IMAGES[:0], "label": LABELS[:0]},
    "shape": {"image": np.zeros((3, 1, 8, 9), np.float32), "label": LABELS},
    "type": {"image": IMAGES.astype(np.float64), "label": LABELS},
    "count": {"image": IMAGES, "label": LABELS[:2]},
    "nan": {"image": SPOILT, "label": LABELS},
    "label-range": {"image": IMAGES, "label": np.array([0, 9, 10])},
    "label-halves": {"image": IMAGES, "label": LABELS + 0.5},
    "label-pairs": {"image": IMAGES, "label": np.stack([LABELS, LABELS], 1)},
    "output-shape": {"image": IMAGES, "probabilities": np.zeros((3, 9), np.float32)},
    "text": TEXT,
}

for name in SETS if NAMES == "all" else NAMES.split(","):
    if SETS[name] is MISSING:
        pathlib.Path(PATH).unlink()
    elif SETS[name] is TEXT:
        pathlib.Path(PATH).write_text("x,label\n1,2\n", encoding="utf-8")
    else:
        np.savez(PATH, **SETS[name])
    done = subprocess.run(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(f"{name}: exit code {done.returncode}\n{done.stdout}")
