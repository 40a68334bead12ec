"""serve.py CUDA_MODEL answers|together|fails: the hand-written model on the stand-in driver,
over HTTP."""

import json
import pathlib
import re
import sys
from concurrent import futures

TESTS = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TESTS / "end-to-end"))

from serving import GOOD_OUTPUTS, Server, ask, check, error_of, good_inputs, good_request, tensor


def metric(connection, name):
    status, _, body = ask(connection, "GET", "/metrics")
    check(status == 200, "metrics")
    return float(re.search(rf"^{name} (\S+)$", body.decode(), re.M)[1])


def infers(server, connection):
    status, _, body = ask(connection, "POST", server.infer_path, good_request())
    outputs = json.loads(body).get("outputs", [])
    check(status == 200 and {o["name"]: o["data"] for o in outputs} == GOOD_OUTPUTS, "infer", body)


def infers_at(server, connection, length):
    """Another length of `s` is another graph, unless it was run before."""
    inputs = good_inputs()
    inputs[3] = tensor("s", "FP32", [length], [1] * length)
    status, _, body = ask(connection, "POST", server.infer_path, json.dumps({"inputs": inputs}))
    outputs = {o["name"]: o["data"] for o in json.loads(body).get("outputs", [])}
    check(status == 200 and outputs == {**GOOD_OUTPUTS, "total": [length]}, "infer", body)


def refuses_an_index(server, connection):
    inputs = good_inputs()
    inputs[1] = tensor("i", "INT64", [2], [1, -6])
    status, _, body = ask(connection, "POST", server.infer_path, json.dumps({"inputs": inputs}))
    sentence = "index -6 is out of range, expected -5 to 4"
    check(status == 400 and error_of(body) == sentence, "the index is refused", body)


def answers(binary):
    with Server(binary, "--contexts", "1") as server:
        connection = server.connect()
        infers(server, connection)
        infers(server, connection)
        refuses_an_index(server, connection)
        infers(server, connection)
        for length in (5, 1, 5):
            infers_at(server, connection, length)
        # weights and arena with their slack, and the status
        check(metric(connection, "mdc_device_memory_bytes") == 1944, "device memory")
        check(metric(connection, "mdc_device_seconds_count") == 7, "runs by the device's clock")
        check(metric(connection, "mdc_device_seconds_sum") > 0, "time by the device's clock")
        status, _, body = ask(connection, "GET", f"/v2/models/{server.model}")
        check(b'sm_80 Emulated  GPU  0' in body, "the device is told", body)
        connection.close()
    check(server.process.returncode == 0, "it stops as asked")


def together(binary):
    """Eight clients at once; each of two contexts has a stream and a graph of its own."""
    with Server(binary, "--contexts", "2") as server:
        def client(_):
            connection = server.connect()
            for _ in range(5):
                infers(server, connection)
            connection.close()

        with futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(client, range(8)))
    check(server.process.returncode == 0, "it stops as asked")


def fails(binary):
    with Server(binary, "--contexts", "1") as server:
        connection = server.connect()
        check(ask(connection, "GET", "/v2/health/live")[0] == 200, "it starts")
        status, _, body = ask(connection, "POST", server.infer_path, good_request())
        sentence = "running the model failed: CUDA_ERROR_LAUNCH_FAILED (719)"
        check(status == 500 and error_of(body) == sentence, "the failure is told", body)
        for path in ("live", "ready"):
            check(ask(connection, "GET", f"/v2/health/{path}")[0] == 503, path)
        connection.close()


if __name__ == "__main__":
    {"answers": answers, "together": together, "fails": fails}[sys.argv[2]](sys.argv[1])
