"""The server on an IPv6 address, and on [::], which takes IPv4 too.

serve_ipv6.py ABI_MODEL
"""

import http.client
import json
import subprocess
import sys

from serving import GOOD_OUTPUTS, Server, ask, check, good_request


def answers(connection, server):
    status, _, body = ask(connection, "POST", server.infer_path, good_request())
    outputs = {output["name"]: output["data"] for output in json.loads(body)["outputs"]}
    check(status == 200 and outputs == GOOD_OUTPUTS, "the model answers", body)


def main(binary):
    with Server(binary, host="::1") as server:
        answers(server.connect(), server)
        health = [binary, "health", "--http", f"[::1]:{server.port}"]
        check(subprocess.run(health, check=False).returncode == 0, "its own health command")
    with Server(binary, host="::") as server:
        for host in ("::1", "127.0.0.1"):
            answers(http.client.HTTPConnection(host, server.port, timeout=30), server)


main(*sys.argv[1:])
