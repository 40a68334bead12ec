"""serve_image.py MDC HOME: the image of the digits of HOME as a GPU binary, served by
serve_container.py with the stand-in driver where an engine mounts NVIDIA's."""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "test"))

from harness import targets  # noqa: E402

DRIVER_FOLDER = "usr/lib/x86_64-linux-gnu"


def with_libraries(file):
    """The file, and what it loads beside glibc, which the image has."""
    listed = subprocess.run(["ldd", file], check=True, text=True, capture_output=True).stdout
    found = re.findall(r"=> (/\S*/lib(?:stdc\+\+|gcc_s|mdc-emulator)\.so\S*)", listed)
    return [file, *map(pathlib.Path, found)]


def main():
    mdc, home = sys.argv[1], pathlib.Path(sys.argv[2])
    target = targets.Cuda(mdc)
    built = target.build(mdc, home, "digits", "digits.onnx", {"batch": [1, 16]})
    subprocess.run([mdc, "package", "--target=cuda"], cwd=home, check=True)
    kernels = target.kernels_of(built) / "kernels.so"
    driver = target.build_folder / "bin" / "cuda" / "libcuda.so.1"
    mounted = {file.name: file for part in (driver, kernels) for file in with_libraries(part)[1:]}
    mounted[driver.name] = driver
    added = [word for name, file in mounted.items()
             for word in ("--add", file, f"{DRIVER_FOLDER}/{name}")]
    os.execv(sys.executable, [
        sys.executable, ROOT / "test/package/serve_container.py",
        home / "dist/cuda/digits.oci:1.0.0", home / "bundle",
        "digits", *added, "--add", kernels, "kernels/kernels.so",
        "--env", "MDC_FAKE_CUDA_KERNELS=/kernels"])


if __name__ == "__main__":
    main()
