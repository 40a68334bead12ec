"""with_server.py BINARY COMMAND...: starts `BINARY serve` on a free port, runs COMMAND with
ADDRESS replaced by host:port, stops the server with SIGTERM and prints how it ended."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.binary import Server  # noqa: E402

server = Server(sys.argv[1])
try:
    command = [word.replace("ADDRESS", server.address) for word in sys.argv[2:]]
    code = subprocess.run(command, timeout=120).returncode
finally:
    ended = server.stop()
print(f"command {code}, server {ended}")
sys.exit(code or ended)
