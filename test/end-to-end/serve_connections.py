"""Odd connections are answered or closed, never waited for, and cost no memory.

serve_connections.py ABI_MODEL
"""

import json
import random
import sys
import threading
import time

from serving import (
    Server,
    ask,
    ask_raw,
    binary_request,
    check,
    error_of,
    good_request,
    status_of,
    wait_until,
)


def post(server, body, extra="", length=None):
    if isinstance(body, str):
        body = body.encode()
    length = len(body) if length is None else length
    head = f"POST {server.infer_path} HTTP/1.1\r\nContent-Length: {length}\r\n{extra}\r\n"
    return head.encode() + body


def takes_pipelined_requests(server):
    answer = ask_raw(
        server,
        post(server, good_request()) * 3
        + b"GET /v2 HTTP/1.1\r\n\r\n" * 500
        + b"GET /v2 HTTP/1.1\r\nConnection: close\r\n\r\n",
    )
    check(answer.count(b"HTTP/1.1 200 OK") == 504, "pipelined requests", answer[-300:])


def takes_chunked_bodies_and_expectations(server):
    body = good_request().encode()
    chunks = (
        b"".join(
            b"%x\r\n%s\r\n" % (len(body[i : i + 50]), body[i : i + 50])
            for i in range(0, len(body), 50)
        )
        + b"0\r\n\r\n"
    )
    fields = "Transfer-Encoding: chunked\r\nConnection: close\r\n"
    head = f"POST {server.infer_path} HTTP/1.1\r\n{fields}\r\n"
    check(status_of(ask_raw(server, head.encode() + chunks)) == 200, "a chunked body")
    with server.raw() as connection:
        head = post(server, "", "Expect: 100-continue\r\nConnection: close\r\n", len(body))
        connection.sendall(head)
        check(connection.recv(100).startswith(b"HTTP/1.1 100 Continue\r\n\r\n"), "an expectation")
        connection.sendall(body)
        check(status_of(connection.recv(10000)) == 200, "the body after it")


def answers_http_1_0(server):
    answer = ask_raw(server, b"GET /v2 HTTP/1.0\r\n\r\n")
    check(status_of(answer) == 200 and b"Connection: close" in answer, "HTTP/1.0 closes")


def answers_half_closed_clients(server):
    check(
        status_of(ask_raw(server, post(server, good_request()), half_close=True)) == 200,
        "half-closed",
    )
    for data in (
        post(server, good_request(), length=99999)[:-20],
        b"GET /v2 HT",
        post(server, "", length=1),
    ):
        answer = ask_raw(server, data, half_close=True)
        check(
            status_of(answer) == 400 and error_of(answer.split(b"\r\n\r\n", 1)[1]),
            "truncated",
            answer,
        )
    check(ask_raw(server, b"", half_close=True) == b"", "nothing asked, nothing said")


def refuses_what_is_no_http(server):
    for data, status in (
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20, 400),
        (b"GET\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"GET /v2 HTTP/1.1\r\nX: " + b"a" * 100000 + b"\r\n\r\n", 431),
        (b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n\r\n", 431),
        (b"POST /v2 HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /v2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (post(server, "", length=10**15), 413),
        (post(server, b" " * 4_000_000), 413),
    ):
        answer = ask_raw(server, data)
        check(
            status_of(answer) == status and error_of(answer.split(b"\r\n\r\n", 1)[1]),
            "no HTTP",
            data[:40],
            answer[:200],
        )


def bounds_the_memory_of_bodies(server):
    """64 MiB of bodies may be under way; whoever sends more is told at once to come again."""
    body = b" " * (1 << 20)
    unfinished = [server.raw() for _ in range(70)]
    for connection in unfinished:
        connection.sendall(post(server, body[1000:], length=len(body)))
    whole = post(server, body, "Connection: close\r\n")
    answers = []

    def is_refused():
        answers.append(ask_raw(server, whole))
        return status_of(answers[-1]) == 503

    wait_until(is_refused)
    head, content = answers[-1].split(b"\r\n\r\n", 1)
    check(b"Retry-After: 1" in head and "bytes together" in error_of(content), "why", answers[-1])
    small = ask(server.connect(), "GET", "/v2/health/ready")
    check(small[0] == 200, "what has no body is answered", small)
    for connection in unfinished:
        connection.close()
    wait_until(lambda: status_of(ask_raw(server, whole)) == 400)


def ends_slow_clients(server):
    """A client that stalls in its header is told so; others are served meanwhile."""
    with server.raw() as slow:
        slow.sendall(b"POST /v2 HT")
        start = time.monotonic()
        connection = server.connect()
        check(ask(connection, "POST", server.infer_path, good_request())[0] == 200, "others go on")
        check(status_of(slow.recv(10000)) == 408, "a slow header")
        check(8 < time.monotonic() - start < 15, "after ten seconds")
        connection.close()


def serves_many_at_once(server):
    expected = ask(server.connect(), "POST", server.infer_path, good_request())[2]
    failures = []

    def client():
        connection = server.connect()
        for _ in range(200):
            status, _, body = ask(connection, "POST", server.infer_path, good_request())
            if (status, body) != (200, expected):
                failures.append((status, body))
        connection.close()

    clients = [threading.Thread(target=client) for _ in range(16)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    check(not failures, "parallel requests", failures[:3])


def bad_requests(server, seed):
    """Endless mangled requests: bytes of good ones changed, cut, repeated; from a fixed seed."""
    rng = random.Random(seed)
    binary, headers = binary_request()
    extra = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    while True:
        body, more = rng.choice(((good_request().encode(), ""), (binary, extra)))
        kind = rng.randrange(5)
        if kind == 0:
            body = body[: rng.randrange(len(body))]
        elif kind == 1:
            body = bytes(rng.choice(b'[]{}",:0x\xff') if rng.random() < 0.05 else b for b in body)
        elif kind == 2:
            body = body + bytes(rng.randrange(256) for _ in range(rng.randrange(1, 2000)))
        elif kind == 3:
            body = body.replace(b'"data"', b'"data":' + b"[" * rng.randrange(5000) + b',"d"')
        else:
            body = b'{"inputs":[' + b'{"name":"x","shape":[1]},' * rng.randrange(1, 500) + b"1]}"
        yield body, more


def stays_small_under_bad_requests(server):
    ask_good = lambda: ask(server.connect(), "POST", server.infer_path, good_request())
    connection = server.connect()
    requests = bad_requests(server, seed=1)

    def abuse(count):
        for _ in range(count):
            body, extra = next(requests)
            headers = dict(line.split(": ") for line in extra.split("\r\n") if line)
            status, _, content = ask(connection, "POST", server.infer_path, body, headers)
            check(
                status == 200 or 400 <= status < 500 and error_of(content), "refused", body, content
            )

    before_answer = ask_good()[2]
    abuse(200)
    before = server.resident_bytes()
    abuse(10_000)
    grown = server.resident_bytes() - before
    check(grown < 1 << 20 or server.is_sanitized(), "memory grows by less than 1 MB", grown)
    check(ask_good()[2] == before_answer, "the next answer is the same")
    connection.close()
    print(f"serve_connections: 10,000 bad requests, {grown} bytes more")


def answers_mangled_headers(server):
    rng = random.Random(2)
    good = post(server, good_request(), "Connection: close\r\n")
    for _ in range(1000):
        data = bytearray(good)
        for _ in range(rng.randrange(1, 6)):
            data[rng.randrange(len(data) // 3)] = rng.randrange(256)
        answer = ask_raw(server, bytes(data), half_close=True)
        check(not answer or 200 <= status_of(answer) < 500, "a mangled header", bytes(data), answer)


def main():
    with Server(sys.argv[1]) as server:
        for test in (
            takes_pipelined_requests,
            takes_chunked_bodies_and_expectations,
            answers_http_1_0,
            answers_half_closed_clients,
            refuses_what_is_no_http,
            serves_many_at_once,
            stays_small_under_bad_requests,
            answers_mangled_headers,
            bounds_the_memory_of_bodies,
            ends_slow_clients,
        ):
            test(server)
    print("serve_connections: done")


main()
