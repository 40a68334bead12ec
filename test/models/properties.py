"""What holds for every serving binary, whatever its model: static, small, verified, quick to
start."""

import shutil
import struct
import subprocess
import time
import urllib.request

import numpy as np
import tritonclient.http
from harness import binary

ROOM_BYTES = 8 << 20  # a binary is at most its weights and this
TRAILER_BYTES = 128
READY_MS = 50         # from start to ready


def check(counts, name, built, weight_bytes):
    counts.check(f"{name} is static", dynamic_problem(built))
    size = built.stat().st_size
    small = size <= weight_bytes + ROOM_BYTES
    counts.check(f"{name} is at most its weights and 8 MB",
                 None if small else f"{size} bytes with {weight_bytes} bytes of weights")
    counts.check(f"{name} finds a flipped bit", flipped_bit_problem(built))
    counts.check(f"{name} is ready within {READY_MS} ms", ready_problem(built))


def dynamic_problem(built):
    done = subprocess.run(["llvm-readelf-22", "--program-headers", "--dynamic", built], text=True,
                          capture_output=True)
    if done.returncode != 0:
        return done.stderr.strip()
    for word in ("INTERP", "NEEDED"):
        if word in done.stdout:
            return f"has {word}, expected neither an interpreter nor a needed library"
    return None


def trailer(built):
    """(weights offset, weight bytes, manifest offset, manifest bytes) of MdcTrailer, see abi.h."""
    with open(built, "rb") as file:
        file.seek(-TRAILER_BYTES, 2)
        return struct.unpack("<8sII4Q", file.read(TRAILER_BYTES)[:48])[3:]


def flipped_bit_problem(built):
    """`verify` accepts the binary, and no copy with one bit of its weights or manifest changed."""
    if subprocess.run([built, "verify"], capture_output=True).returncode != 0:
        return "verify refuses the binary as built"
    weights, weight_bytes, manifest, manifest_bytes = trailer(built)
    places = {"manifest": manifest + manifest_bytes // 2}
    if weight_bytes:
        places["weights"] = weights + weight_bytes // 2
    broken = built.with_suffix(".broken")
    for what, offset in places.items():
        shutil.copy(built, broken)
        with open(broken, "r+b") as file:
            file.seek(offset)
            byte = file.read(1)[0]
            file.seek(offset)
            file.write(bytes([byte ^ 1]))
        code = subprocess.run([broken, "verify"], capture_output=True).returncode
        broken.unlink()
        if code != 4:
            return f"verify exits with {code} on a flipped bit of the {what}, expected 4"
    return None


def ready_problem(built, attempts=5):
    """The best of a few starts: the machine that runs the tests has other work."""
    best = float("inf")
    for _ in range(attempts):
        begin = time.monotonic()
        try:
            server = binary.Server(built)
        except binary.RunError as error:
            return str(error)
        health = f"http://{server.address}/v2/health/ready"
        with urllib.request.urlopen(health, timeout=10) as answer:
            ready = answer.status == 200
        best = min(best, 1e3 * (time.monotonic() - begin))
        server.stop()
        if ready and best <= READY_MS:
            return None
    return f"ready after {best:.0f} ms"


def accuracy_over_http(built, images, labels):
    """How many of MNIST's images the served network reads right, by Triton's client."""
    right = 0
    with binary.Server(built) as server:
        with tritonclient.http.InferenceServerClient(server.address) as client:
            value = tritonclient.http.InferInput("Input3", [1, 1, 28, 28], "FP32")
            wanted = [tritonclient.http.InferRequestedOutput("Plus214_Output_0", binary_data=True)]
            for image, label in zip(images, labels):
                value.set_data_from_numpy(image.astype(np.float32)[None, None], binary_data=True)
                answer = client.infer("mnist-8-cntk", [value], outputs=wanted)
                right += int(answer.as_numpy("Plus214_Output_0").argmax() == label)
    return right
