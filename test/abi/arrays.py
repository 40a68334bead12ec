"""Inputs of the hand-written model and the outputs that they must give.

arrays.py make FILE.npz BATCH LENGTH [--compressed]   writes seeded inputs
arrays.py check IN.npz OUT.npz                        compares with a reference in NumPy
arrays.py save FILE.npy IN.npz NAME                   one array of them as .npy
arrays.py request IN.npz                              prints them as a JSON request
"""

import json
import sys

import numpy as np

ROWS = (10 * np.arange(5)[:, None] + np.arange(3)).astype(np.float32)


def make(path: str, batch: int, length: int, compressed: bool) -> None:
    random = np.random.default_rng(batch * 10 + length)
    arrays = {
        "x": random.standard_normal((batch, 3), np.float32),
        "i": random.integers(-5, 5, batch),
        "t": random.standard_normal((2, batch), np.float32),
        "s": random.standard_normal(length, np.float32),
        "label": np.array(["ignored by infer"]).view(np.uint8),
    }
    (np.savez_compressed if compressed else np.savez)(path, **arrays)


def check(inputs_path: str, outputs_path: str) -> None:
    inputs, outputs = np.load(inputs_path), np.load(outputs_path)
    expected = {
        "y": inputs["x"] * np.float32([1, 2, 3]) + np.float32([0.5, 0.25, 0]),
        "z": ROWS[inputs["i"]],
        "u": 2 * inputs["t"],
        "total": inputs["s"].sum(),
    }
    assert sorted(outputs.files) == sorted(expected), outputs.files
    for name, reference in expected.items():
        assert outputs[name].dtype == np.float32 and outputs[name].shape == reference.shape, name
        # fused or separate multiply and add round differently in the last bit
        np.testing.assert_allclose(outputs[name], reference, rtol=1e-6, atol=1e-6, err_msg=name)
    print("outputs are right")


def request(inputs_path: str) -> None:
    inputs = np.load(inputs_path)
    types = {"x": "FP32", "i": "INT64", "t": "FP32", "s": "FP32"}
    print(json.dumps({"inputs": [
        {"name": name, "datatype": datatype, "shape": inputs[name].shape,
         "data": inputs[name].tolist()} for name, datatype in types.items()]}))


def main() -> None:
    command, *arguments = sys.argv[1:]
    if command == "make":
        path, batch, length = arguments[:3]
        make(path, int(batch), int(length), "--compressed" in arguments)
    elif command == "check":
        check(*arguments)
    elif command == "save":
        np.save(arguments[0], np.load(arguments[1])[arguments[2]])
    else:
        request(*arguments)


if __name__ == "__main__":
    main()
