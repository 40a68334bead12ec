"""SIGTERM stops being ready, finishes what is in flight and exits 0.

serve_drain.py ABI_MODEL
"""

import json
import signal
import socket
import subprocess
import sys
import time

from serving import Server, ask, check, good_request, status_of


def finishes_what_is_in_flight(binary, stop):
    with Server(binary) as server:
        idle, busy = server.connect(), server.raw()
        check(ask(idle, "GET", "/v2/health/ready")[0] == 200, "ready before")
        body = good_request().encode()
        head = f"POST {server.infer_path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        busy.sendall(head + body[:20])
        time.sleep(0.2)
        server.process.send_signal(stop)
        time.sleep(0.1)
        status, headers, content = ask(idle, "GET", "/v2/health/ready")
        check(
            status == 503 and json.loads(content)["ready"] is False, "not ready in a drain", content
        )
        check(headers["Connection"] == "close", "the drain closes connections")
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=2).close()
            check(False, "no new connections in a drain")
        except ConnectionRefusedError:
            pass
        time.sleep(0.8)
        check(server.process.poll() is None, "it waits for the request in flight")
        busy.sendall(body[20:])
        answer = busy.recv(10000)
        check(
            status_of(answer) == 200 and b"Connection: close" in answer,
            "the request in flight",
            answer,
        )
        check(server.process.wait(timeout=5) == 0, "exit code")


def ends_idle_connections(binary):
    with Server(binary) as server:
        idle = server.raw()
        server.process.send_signal(signal.SIGTERM)
        start = time.monotonic()
        check(server.process.wait(timeout=5) == 0 and time.monotonic() - start < 2, "ends soon")
        check(idle.recv(1) == b"", "the idle connection is closed")


def ends_at_once_without_connections(binary):
    with Server(binary) as server:
        start = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        check(
            server.process.wait(timeout=5) == 0 and time.monotonic() - start < 0.3, "ends at once"
        )


def tells_health(binary):
    with Server(binary) as server:
        address = f"127.0.0.1:{server.port}"
        check(subprocess.run([binary, "health", "--http", address]).returncode == 0, "healthy")
    result = subprocess.run([binary, "health", "--http", address], capture_output=True, text=True)
    check(result.returncode == 1 and address in result.stderr, "no server", result)


def refuses_addresses(binary):
    for address in ("localhost:1", "127.0.0.1", "127.0.0.1:99999", "203.0.113.1:80", "::1:80", "x"):
        result = subprocess.run(
            [binary, "serve", "--http", address], capture_output=True, text=True
        )
        check(
            result.returncode in (1, 2) and "expected" in result.stderr,
            "an address",
            address,
            result,
        )
    with Server(binary) as server:
        taken = f"127.0.0.1:{server.port}"
        result = subprocess.run([binary, "serve", "--http", taken], capture_output=True, text=True)
        check(result.returncode == 1 and taken in result.stderr, "a taken port", result)


binary = sys.argv[1]
finishes_what_is_in_flight(binary, signal.SIGTERM)
finishes_what_is_in_flight(binary, signal.SIGINT)
ends_idle_connections(binary)
ends_at_once_without_connections(binary)
tells_health(binary)
refuses_addresses(binary)
print("serve_drain: done")
