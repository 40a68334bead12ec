"""A served model under test: starts the binary on a free port, asks it, stops it.

Standard library only.
"""

import http.client
import json
import re
import signal
import socket
import struct
import subprocess
import sys
import time


class Server:
    """The binary's `serve` on a free loopback port; stopped at the end of the `with` block."""

    def __init__(self, binary, *flags, host="127.0.0.1"):
        self.host = host
        shown = f"[{host}]" if ":" in host else host
        self.process = subprocess.Popen(
            [binary, "serve", "--http", f"{shown}:0", *flags],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        address = rf"http://{re.escape(shown)}:(\d+)"
        match = re.fullmatch(rf"mdc: (\S+) (\S+) ready on {address}\n", line)
        if not match:
            raise SystemExit(f"the server is not ready: {line!r} {self.process.stderr.read()}")
        self.model, self.version, self.port = match[1], match[2], int(match[3])
        self.infer_path = f"/v2/models/{self.model}/infer"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def connect(self):
        return http.client.HTTPConnection(self.host, self.port, timeout=30)

    def raw(self):
        return socket.create_connection((self.host, self.port), timeout=30)

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1]) * 1024

    def is_sanitized(self):
        """Whether a sanitizer build runs, which links dynamically and holds freed memory back."""
        with open(f"/proc/{self.process.pid}/maps", encoding="utf-8") as maps:
            return "ld-linux" in maps.read()


def ask(connection, method, path, body=None, headers=None):
    """Status, headers and body of one request on a kept-alive connection."""
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def ask_raw(server, data, half_close=False):
    """Everything the server says to `data`, until it closes the connection."""
    with server.raw() as connection:
        connection.sendall(data)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


def status_of(answer):
    return int(answer.split(b" ", 2)[1]) if answer else 0


def error_of(body):
    """The one sentence of an error answer."""
    message = json.loads(body)["error"]
    check(isinstance(message, str) and message, "an error has a sentence")
    return message


def check(condition, sentence, *facts):
    if not condition:
        caller = sys._getframe(1)
        raise SystemExit(f"failed at line {caller.f_lineno}: {sentence} {facts}")


# The hand-written model of test/abi: y = x * scale + shift, z = rows[i], u = 2 t, total = sum(s).
def tensor(name, datatype, shape, data):
    return {"name": name, "datatype": datatype, "shape": shape, "data": data}


def good_inputs():
    return [
        tensor("x", "FP32", [2, 3], [1, 1, 1, 2, 2, 2]),
        tensor("i", "INT64", [2], [-1, 1]),
        tensor("t", "FP32", [2, 2], [[1, 2], [3, 4]]),
        tensor("s", "FP32", [3], [1, 2, 3]),
    ]


GOOD_OUTPUTS = {
    "y": [1.5, 2.25, 3, 2.5, 4.25, 6],
    "z": [40, 41, 42, 10, 11, 12],
    "u": [2, 4, 6, 8],
    "total": [6],
}


def good_request(**members):
    return json.dumps({"inputs": good_inputs(), **members})


def binary_request(**members):
    """The same request with the binary tensor extension; body and headers."""
    forms = {"FP32": "f", "INT64": "q"}
    inputs, tail = [], b""
    for entry in good_inputs():
        flat = [v for row in entry["data"] for v in (row if isinstance(row, list) else [row])]
        data = struct.pack(f"<{len(flat)}{forms[entry['datatype']]}", *flat)
        del entry["data"]
        inputs.append({**entry, "parameters": {"binary_data_size": len(data)}})
        tail += data
    header = json.dumps({"inputs": inputs, **members}).encode()
    return header + tail, {
        "Inference-Header-Content-Length": str(len(header)),
        "Content-Type": "application/octet-stream",
    }


def wait_until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < end, "it happens in time")
        time.sleep(0.01)
