"""flip.py BINARY SCRATCH: damages copies of a serving binary; `verify` must say so with exit 4."""

import os
import struct
import subprocess
import sys

TRAILER_BYTES = 128


def verify(path: str, content: bytes) -> subprocess.CompletedProcess:
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, 0o755)
    return subprocess.run([path, "verify"], capture_output=True, text=True, check=False)


def main() -> None:
    source, scratch = sys.argv[1:]
    with open(source, "rb") as file:
        whole = file.read()
    trailer = len(whole) - TRAILER_BYTES
    weights, _, manifest, manifest_bytes = struct.unpack_from("<4Q", whole, trailer + 16)
    # The program's own bytes: the padding before the weights, so that the copy still runs.
    places = {
        "program": weights - 1,
        "first weight": weights,
        "last weight": manifest - 1,
        "manifest": manifest + manifest_bytes // 2,
        "manifest's brace": manifest,
        "magic": trailer,
        "ABI version": trailer + 8,
        "reserved word": trailer + 12,
        "weights' offset": trailer + 17,
        "manifest's bytes": trailer + 40,
        "content digest": trailer + 48,
        "manifest digest": trailer + 111,
        "padding": trailer + 127,
    }
    for place, offset in places.items():
        damaged = bytearray(whole)
        damaged[offset] ^= 1
        result = verify(scratch, bytes(damaged))
        assert result.returncode == 4 and result.stderr.startswith("error: "), (place, result)
    for kept in (weights, manifest, trailer, len(whole) - 1):
        result = verify(scratch, whole[:kept])
        assert result.returncode == 4 and result.stderr.startswith("error: "), (kept, result)
    result = verify(scratch, whole)
    assert result.returncode == 0, result


if __name__ == "__main__":
    main()
