"""Turns the linked test model into a serving binary: append.py ELF OUTPUT [TARGET].

Appends weights, manifest and trailer in the layout that the end of abi.h describes.
"""

import hashlib
import json
import os
import struct
import sys

PAGE_BYTES = 4096
WEIGHT_BYTES = 512
SCALE_OFFSET, SHIFT_OFFSET, ROWS_OFFSET = 0, 128, 256

MANIFEST = {
    "mdc": "0.1.0",
    "name": "abi",
    "version": "1.0.0",
    "target": "cpu",
    "isa": ["v3", "v4"],
    "source_sha256": "0" * 64,
    "inputs": [
        {"name": "x", "datatype": "FP32", "shape": [-1, 3]},
        {"name": "i", "datatype": "INT64", "shape": [-1]},
        {"name": "t", "datatype": "FP32", "shape": [2, -1]},
        {"name": "s", "datatype": "FP32", "shape": [-1]},
    ],
    "outputs": [
        {"name": "y", "datatype": "FP32", "shape": [-1, 3]},
        {"name": "z", "datatype": "FP32", "shape": [-1, 3]},
        {"name": "u", "datatype": "FP32", "shape": [2, -1]},
        {"name": "total", "datatype": "FP32", "shape": []},
    ],
    "serve": {"http": "127.0.0.1:8080", "threads": 0, "contexts": 0, "queue_max": 256,
              "max_body_bytes": 0},
    "accuracy": None,
}


def weights() -> bytes:
    blob = bytearray(WEIGHT_BYTES)
    struct.pack_into("<3f", blob, SCALE_OFFSET, 1, 2, 3)
    struct.pack_into("<3f", blob, SHIFT_OFFSET, 0.5, 0.25, 0)
    rows = [10 * row + column for row in range(5) for column in range(3)]
    struct.pack_into("<15f", blob, ROWS_OFFSET, *rows)
    return bytes(blob)


def finish(elf: bytes, target: str) -> bytes:
    content = elf + bytes(-len(elf) % PAGE_BYTES)
    weights_offset = len(content)
    content += weights()
    manifest = json.dumps({**MANIFEST, "target": target}, separators=(",", ":")).encode()
    trailer = struct.pack("<8sIIQQQQ32s32s16x", b"MDCMODEL", 1, 0, weights_offset, WEIGHT_BYTES,
                          len(content), len(manifest), hashlib.sha256(content).digest(),
                          hashlib.sha256(manifest).digest())
    return content + manifest + trailer


def main() -> None:
    source, output, *target = sys.argv[1:]
    with open(source, "rb") as file:
        binary = finish(file.read(), *target or ["cpu"])
    partial = output + ".partial"
    with open(partial, "wb") as file:
        file.write(binary)
    os.chmod(partial, 0o755)
    os.replace(partial, output)  # a running one keeps its file


if __name__ == "__main__":
    main()
