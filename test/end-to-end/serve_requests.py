"""Good requests get the right answers, bad ones a 4xx with one sentence.

serve_requests.py ABI_MODEL
"""

import json
import struct
import sys

from serving import (
    GOOD_OUTPUTS,
    Server,
    ask,
    binary_request,
    check,
    error_of,
    good_inputs,
    good_request,
    tensor,
)


def describes_itself(server, connection):
    get = lambda path: ask(connection, "GET", path)
    status, _, body = get("/v2")
    check(
        status == 200 and json.loads(body)["extensions"] == ["binary_tensor_data"],
        "server metadata",
    )
    for path in ("", f"/versions/{server.version}"):
        status, _, body = get(f"/v2/models/{server.model}{path}")
        model = json.loads(body)
        check(status == 200 and model["versions"] == [server.version], "model metadata", body)
        check(
            model["inputs"][0] == {"name": "x", "datatype": "FP32", "shape": [-1, 3]}, "signature"
        )
        check("accuracy" in model["parameters"], "the accuracy is among the parameters")
        status, _, body = get(f"/v2/models/{server.model}{path}/ready")
        check(status == 200 and json.loads(body)["ready"] is True, "model readiness")
    check(get("/v2/health/live")[0] == 200 and get("/v2/health/ready")[0] == 200, "health")
    status, _, body = get("/openapi.json")
    check(status == 200 and server.infer_path in json.loads(body)["paths"], "openapi")
    status, headers, body = ask(connection, "HEAD", "/v2")
    check(status == 200 and body == b"" and int(headers["Content-Length"]) > 0, "HEAD has no body")


def infers_json(server, connection):
    status, _, body = ask(connection, "POST", server.infer_path, good_request(id="7"))
    answer = json.loads(body)
    check(
        status == 200 and answer["id"] == "7" and answer["model_name"] == server.model,
        "infer",
        body,
    )
    check({o["name"]: o["data"] for o in answer["outputs"]} == GOOD_OUTPUTS, "values", body)
    path = f"/v2/models/{server.model}/versions/{server.version}/infer"
    wanted = [{"name": "total", "parameters": {"unknown": 1}}, {"name": "y"}]
    status, _, body = ask(
        connection, "POST", path, good_request(outputs=wanted, parameters={"a": 1})
    )
    names = [o["name"] for o in json.loads(body)["outputs"]]
    check(
        status == 200 and names == ["total", "y"] and "id" not in json.loads(body), "subset", body
    )
    reordered = json.dumps({"inputs": good_inputs()[::-1]})
    check(ask(connection, "POST", server.infer_path, reordered)[0] == 200, "inputs in any order")


def infers_binary(server, connection):
    body, headers = binary_request(parameters={"binary_data_output": True})
    status, answered, content = ask(connection, "POST", server.infer_path, body, headers)
    check(status == 200, "binary infer", content)
    check(answered["Content-Type"] == "application/octet-stream", "binary answers say so")
    length = int(answered["Inference-Header-Content-Length"])
    outputs, tail = json.loads(content[:length])["outputs"], content[length:]
    for output in outputs:
        size = output["parameters"]["binary_data_size"]
        values = list(struct.unpack(f"<{size // 4}f", tail[:size]))
        check(values == GOOD_OUTPUTS[output["name"]], "binary values", output)
        tail = tail[size:]
    check(tail == b"", "nothing follows the last tensor")
    mixed = [{"name": "u"}, {"name": "total", "parameters": {"binary_data": True}}]
    body, headers = binary_request(outputs=mixed)
    status, answered, content = ask(connection, "POST", server.infer_path, body, headers)
    length = int(answered["Inference-Header-Content-Length"])
    check(json.loads(content[:length])["outputs"][0]["data"] == GOOD_OUTPUTS["u"], "mixed")
    check(struct.unpack("<f", content[length:]) == (6.0,), "mixed tail")


def predicts(server, connection):
    path = f"/v1/models/{server.model}:predict"
    inputs = {"x": [[1, 1, 1]], "i": [-1], "t": [[1], [3]], "s": [1, 2, 3]}
    status, _, body = ask(connection, "POST", path, json.dumps({"inputs": inputs}))
    outputs = json.loads(body)["outputs"]
    check(
        status == 200 and outputs["y"] == [[1.5, 2.25, 3]] and outputs["total"] == 6,
        "columns",
        body,
    )
    status, _, body = ask(connection, "POST", path, json.dumps({"instances": [inputs]}))
    check(status == 400 and error_of(body), "rows do not fit this model", body)
    check(ask(connection, "GET", path.replace(":predict", ""))[0] == 200, "status")


def with_x(**changes):
    inputs = good_inputs()
    inputs[0].update(changes)
    return json.dumps({"inputs": [{k: v for k, v in i.items() if v is not None} for i in inputs]})


def bad_bodies():
    """Pairs of a body and a part of the sentence that answers it."""
    yield "", "empty"
    yield "{", "not valid JSON"
    yield good_request()[:-5], "not valid JSON"
    yield good_request() + "x", "not valid JSON"
    yield "[" * 100000, "JSON"
    yield '{"inputs":' * 100 + "1" + "}" * 100, "nests deeper"
    yield "[1]", "expected an object"
    yield "{}", "no 'inputs'"
    yield b'{"inputs":[{"name":"\xff"}]}', "not valid JSON"
    yield json.dumps({"inputs": good_inputs()[1:]}), "'x' is missing"
    yield json.dumps({"inputs": good_inputs() + good_inputs()[:1]}), "given twice"
    yield json.dumps({"inputs": good_inputs() + [tensor("w", "FP32", [1], [1])]}), "'w' is unknown"
    yield with_x(name="X"), "'X' is unknown"
    yield with_x(datatype="FP64"), "expected 'FP32'"
    yield with_x(datatype="BYTES"), "expected 'FP32'"
    yield with_x(shape=[6]), "'x'"
    yield with_x(shape=[2, 4], data=[1] * 8), "'x'"
    yield with_x(shape=[5, 3], data=[1] * 15), "'x'"
    yield with_x(shape=[0, 3], data=[]), "'x'"
    yield with_x(shape=[2**62, 3]), "'x'"
    yield with_x(shape=[3, 3], data=[1] * 9), "batch"
    yield with_x(data=[1, 2, 3, 4, 5]), "5 elements where 6 belong"
    yield with_x(data=[1] * 7), "more than 6 elements"
    yield with_x(data=[[1, 1, 1], [2, 2]]), "2 elements where 3 belong"
    yield with_x(data=[[[1, 1, 1]], [[2, 2, 2]]]), "element 0"
    yield with_x(data=["a"] * 6), "element 0"
    yield with_x(data=None), "has no data"
    yield with_x(parameters={"binary_data_size": 24}), "both 'data' and binary_data_size"
    yield with_x(data=None, parameters={"binary_data_size": 24}), "Inference-Header-Content-Length"
    yield good_request(outputs=[{"name": "nope"}]), "output 'nope' is unknown"
    yield good_request(id=7), "expected a string"
    inputs = good_inputs()
    inputs[1]["data"] = [0, 5]
    yield json.dumps({"inputs": inputs}), "5"
    inputs[1]["data"] = [0, 1.5]
    yield json.dumps({"inputs": inputs}), "element 1"


def refuses_bad_bodies(server, connection):
    for body, part in bad_bodies():
        status, _, content = ask(connection, "POST", server.infer_path, body)
        check(
            status == 400 and part in error_of(content), "a bad body is refused", body[:80], content
        )
    body, headers = binary_request()
    for length, part in (("99999", "at most"), ("x", "number of bytes"), ("3", "not valid JSON")):
        headers["Inference-Header-Content-Length"] = length
        status, _, content = ask(connection, "POST", server.infer_path, body, headers)
        check(status == 400 and part in error_of(content), "a wrong header length", content)
    body, headers = binary_request()
    for changed in (body[:-1], body + b"x"):
        status, _, content = ask(connection, "POST", server.infer_path, changed, headers)
        check(status == 400 and "bytes" in error_of(content), "a wrong byte count", content)


def refuses_wrong_lines(server, connection):
    infer = server.infer_path
    for method, path, expected, headers in (
        ("GET", infer, 405, {}),
        ("POST", "/v2", 405, {}),
        ("DELETE", "/metrics", 405, {}),
        ("GET", "/", 404, {}),
        ("GET", "/v2/models/other", 404, {}),
        ("POST", "/v2/models/other/infer", 404, {}),
        ("POST", f"/v2/models/{server.model}/versions/9/infer", 404, {}),
        ("POST", infer, 415, {"Content-Type": "image/png"}),
        ("POST", infer, 415, {"Content-Encoding": "gzip"}),
    ):
        body = good_request() if method == "POST" else None
        status, answered, content = ask(connection, method, path, body, headers)
        check(
            status == expected and error_of(content), "a wrong request line", method, path, content
        )
        check(status != 405 or answered["Allow"], "405 says what is allowed")


def main():
    with Server(sys.argv[1]) as server:
        connection = server.connect()
        connection.connect()
        local_port = connection.sock.getsockname()[1]
        for test in (
            describes_itself,
            infers_json,
            infers_binary,
            predicts,
            refuses_bad_bodies,
            refuses_wrong_lines,
            infers_json,
        ):
            test(server, connection)
            check(
                connection.sock and connection.sock.getsockname()[1] == local_port,
                "the connection stays open",
                test.__name__,
            )
        status, _, body = ask(connection, "GET", "/metrics")
        check(
            status == 200 and b'mdc_requests_total{status="415"} 2' in body, "metrics count", body
        )
        connection.close()
    print("serve_requests: done")


main()
