"""measure_digits.py MDC HOME: the gate of the digits of HOME as a GPU binary, measured on the
stand-in driver. Kernels have the names of their regions, whichever build they come from.
"""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "test"))

from harness import targets  # noqa: E402


def main():
    mdc, home = sys.argv[1], pathlib.Path(sys.argv[2])
    target = targets.Cuda(mdc)
    built = target.build(mdc, home, "digits", "digits.onnx", {"batch": 1})
    with open(home / "deploy.toml", "a", encoding="utf-8") as spec:
        spec.write('[accuracy]\ndataset = "validation.npz"\nmetric = "top1"\nmin = 0.9\n')
    subprocess.run([mdc, "build", "--target=cuda"], cwd=home, check=True,
                   env={**os.environ, **target.environment(built)})


if __name__ == "__main__":
    main()
