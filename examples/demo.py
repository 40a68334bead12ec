"""./dev demo: builds examples/digits, serves it and shows what it answers to one digit."""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import urllib.request

import numpy as np

DIGITS = pathlib.Path(__file__).resolve().parent / "digits"
SHADES = " .:-=+*#%@"


def picture(digit):
    return "\n".join("    " + "".join(SHADES[int(v * 9)] * 2 for v in row) for row in digit)


def start(binary):
    """Starts the server on a free port; returns the process and the address that it prints."""
    server = subprocess.Popen([binary, "serve", "--http", "127.0.0.1:0"], text=True,
                              stdout=subprocess.PIPE)
    line = server.stdout.readline()
    found = re.search(r"\d+\.\d+\.\d+\.\d+:\d+", line)
    if not found:
        server.terminate()
        sys.exit(f"error: the server printed '{line.strip()}', expected its address")
    print(f"$ dist/cpu/digits serve --http 127.0.0.1:0\n{line.strip()}\n")
    return server, found.group()


def ask(address, digit):
    request = {"inputs": [{"name": "image", "datatype": "FP32", "shape": [1, 1, 8, 8],
                           "data": digit.flatten().tolist()}]}
    url = f"http://{address}/v2/models/digits/infer"
    print(f"$ curl {url} -d @digit.json\n")
    command = ["curl", "-sS", "--fail-with-body", url, "-H", "Content-Type: application/json",
               "-d", json.dumps(request)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"error: the request failed: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mdc", required=True, type=pathlib.Path)
    parser.add_argument("--digit", type=int, default=0, help="which of the 16 test digits")
    arguments = parser.parse_args()
    mdc = arguments.mdc.resolve()
    print("$ mdc build", flush=True)
    if subprocess.run([mdc, "build"], cwd=DIGITS).returncode != 0:
        sys.exit(1)
    server, address = start(DIGITS / "dist/cpu/digits")
    try:
        digit = np.load(DIGITS / "test_inputs.npz")["image"][arguments.digit]
        print(picture(digit[0]))
        answer = ask(address, digit)
        print(json.dumps(answer)[:200])
        chance = answer["outputs"][0]["data"]
        best = int(np.argmax(chance))
        print(f"\nthe digit is a {best}, with probability {chance[best]:.4f}")
        with urllib.request.urlopen(f"http://{address}/metrics") as metrics:
            lines = metrics.read().decode().splitlines()
        print("\n".join(line for line in lines if "request" in line and line[0] != "#")[:400])
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    main()
