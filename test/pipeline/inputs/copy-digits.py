"""copy-digits.py EXAMPLES FOLDER...: copies what the digits example is built from."""

import pathlib
import shutil
import sys

for folder in sys.argv[2:]:
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    for name in ("deploy.toml", "digits.onnx", "test_inputs.npz", "test_outputs.npz"):
        shutil.copy(pathlib.Path(sys.argv[1]) / "digits" / name, folder)
