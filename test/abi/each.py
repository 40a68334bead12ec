"""Stacked requests of the hand-written model: the leading axis of every array counts them.

each.py make FILE.npz REQUESTS   writes seeded requests of batch 2
each.py uneven FILE.npz          arrays that disagree on the number of requests
each.py bad FILE.npz             the second request has an index out of range
each.py check IN.npz OUT.npz     compares every answer with a reference in NumPy
"""

import sys

import numpy as np
from arrays import ROWS


def requests(count: int) -> dict:
    random = np.random.default_rng(count)
    return {
        "x": random.standard_normal((count, 2, 3), np.float32),
        "i": random.integers(-5, 5, (count, 2)),
        "t": random.standard_normal((count, 2, 2), np.float32),
        "s": random.standard_normal((count, 4), np.float32),
    }


def check(inputs_path: str, outputs_path: str) -> None:
    inputs, outputs = np.load(inputs_path), np.load(outputs_path)
    expected = {
        "y": inputs["x"] * np.float32([1, 2, 3]) + np.float32([0.5, 0.25, 0]),
        "z": ROWS[inputs["i"]],
        "u": 2 * inputs["t"],
        "total": inputs["s"].sum(1),
    }
    for name, reference in expected.items():
        assert outputs[name].shape == reference.shape, (name, outputs[name].shape)
        # fused or separate multiply and add round differently in the last bit
        np.testing.assert_allclose(outputs[name], reference, rtol=1e-6, atol=1e-6, err_msg=name)


def main() -> None:
    command, path, *rest = sys.argv[1:]
    if command == "check":
        check(path, *rest)
        return
    arrays = requests(int(rest[0]) if rest else 3)
    if command == "uneven":
        arrays["i"] = arrays["i"][:2]
    if command == "bad":
        arrays["i"][1, 0] = 9
    np.savez(path, **arrays)


if __name__ == "__main__":
    main()
