"""serve_digits.py MDC HOME: the digits of HOME as a GPU binary, served: metadata, an answer and
metrics of the device; without a driver it says so and ends with 69."""

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "test"), str(ROOT / "test" / "end-to-end")]

import serving  # noqa: E402
from harness import targets  # noqa: E402

NO_DRIVER = 69


def main():
    mdc, home = sys.argv[1], pathlib.Path(sys.argv[2])
    target = targets.Cuda(mdc)
    built = target.build(mdc, home, "digits", "digits.onnx", {"batch": [1, 16]})
    alone = subprocess.run([built, "infer"], input="{}", text=True, capture_output=True)
    assert alone.returncode == NO_DRIVER and "no NVIDIA driver" in alone.stderr, alone.stderr
    os.environ.update(target.environment(built))
    body = json.dumps({"inputs": [{"name": "image", "datatype": "FP32", "shape": [1, 1, 8, 8],
                                   "data": [0.0] * 64}]})
    with serving.Server(built) as server:
        connection = server.connect()
        for _ in range(3):
            connection.request("POST", server.infer_path, body)
            answer = json.loads(connection.getresponse().read())
            output, = answer["outputs"]
            assert output["shape"] == [1, 10] and abs(sum(output["data"]) - 1) < 1e-5, answer
        connection.request("GET", "/metrics")
        metrics = connection.getresponse().read().decode()
        assert "mdc_device_memory_bytes" in metrics and "mdc_device_seconds" in metrics, metrics
    print("served")


if __name__ == "__main__":
    main()
