"""Runs a hand-written kernel of kernels.ll at several seeds: run_kernels.py EMULATOR FOLDER KERNEL
[--drop-call NAME] [--extent N] [--shared BYTES]. Prints `right`, or what the emulator says."""

import argparse
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402
from emulated import Kernels, complaint_of, guarded, retarget  # noqa: E402

SEEDS = range(1, 7)


def expected(kernel, values):
    if kernel == "sum":
        return values.reshape(-1, 256).sum(axis=1)
    return {"power": np.exp2(values), "reverse": values[::-1]}.get(kernel)


def problem_at(kernels, options, seed):
    blocks = {"power": 3, "sum": 4}.get(options.kernel, 1)
    values = np.random.default_rng(seed).integers(-8, 8, options.extent or blocks * 256)
    values = values.astype(np.float32)
    goal = expected(options.kernel, values)
    result = guarded(np.full(values.size if goal is None else goal.size, np.nan, np.float32))
    kernels.configure(seed)
    kernels.launch(options.kernel, [guarded(values), result, values.size, 0], (blocks, 1, 1), 256,
                   options.shared)
    wrong = 0 if goal is None else np.count_nonzero(result != goal)
    return f"seed {seed}: {wrong} of {result.size} values are wrong" if wrong else None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("emulator")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("kernel")
    parser.add_argument("--drop-call", action="append", default=[])
    parser.add_argument("--extent", type=int, default=0)
    parser.add_argument("--shared", type=int, default=1024)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    library = retarget([HERE / "kernels.ll"], options.folder / "kernels.so", options.drop_call)
    kernels = Kernels(options.emulator, library)
    complaints = [complaint_of(lambda: problem_at(kernels, options, seed)) for seed in SEEDS]
    print("\n".join(sorted({text for text in complaints if text})) or "right")


if __name__ == "__main__":
    main()
