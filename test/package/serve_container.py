"""Serves an OCI image: serve_container.py LAYOUT:TAG BUNDLE MODEL [--add FILE PATH]
[--env NAME=VALUE].

Unpacks the image with umoci, adds what an engine would mount, and starts it with runc. Where this
kernel refuses to make a container, the binary runs in a chroot as the image's user, and the output
says so.
"""

import argparse
import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import typing
import urllib.request

START_TIMEOUT_S = 20
USER = 65532


def unpack(image: str, bundle: pathlib.Path) -> dict:
    rootless = [] if os.geteuid() == 0 else ["--rootless"]
    subprocess.run(["umoci", "unpack", *rootless, "--image", image, bundle], check=True)
    return json.loads((bundle / "config.json").read_text(encoding="utf-8"))


def harden(config: dict) -> None:
    """What compose.yaml asks of an engine; the network is this machine's, to share loopback."""
    process, linux = config["process"], config["linux"]
    assert (process["user"]["uid"], process["user"]["gid"]) == (USER, USER), process["user"]
    process["args"] += ["--http", "127.0.0.1:0"]
    process["terminal"] = False
    process["noNewPrivileges"] = True
    process["capabilities"] = {}
    config["root"]["readonly"] = True
    config["mounts"] = [m for m in config["mounts"] if m["destination"] == "/proc"]
    without = {"network"} | ({"user"} if os.geteuid() == 0 else set())
    linux["namespaces"] = [n for n in linux["namespaces"] if n["type"] not in without]
    if os.geteuid() == 0:
        linux.pop("uidMappings", None)
        linux.pop("gidMappings", None)
    else:
        linux["uidMappings"] = [{"containerID": USER, "hostID": os.getuid(), "size": 1}]
        linux["gidMappings"] = [{"containerID": USER, "hostID": os.getgid(), "size": 1}]


def wait_for_address(server: subprocess.Popen) -> str:
    """The address in the server's line of readiness; empty if it ends without one."""
    while select.select([server.stdout], [], [], START_TIMEOUT_S)[0]:
        line = server.stdout.readline()
        if not line:
            return ""
        if found := re.search(r"127\.0\.0\.1:\d+", line):
            return found.group()
    return ""


class Started(typing.NamedTuple):
    server: subprocess.Popen
    address: str
    stop: typing.Callable  # asks it to end, as an engine does
    remove: typing.Callable  # ends it whatever it does
    beside: list  # runs a command in the same place


def start(bundle: pathlib.Path, config: dict) -> Started:
    name = f"mdc-test-{os.getpid()}"
    runc = ["runc", "--root", str(bundle / "state")]
    server = subprocess.Popen([*runc, "run", "--bundle", bundle, name], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if address := wait_for_address(server):
        print("started by runc")
        stop = lambda: subprocess.run([*runc, "kill", name, "TERM"], check=True)
        remove = lambda: subprocess.run([*runc, "delete", "--force", name])
        return Started(server, address, stop, remove, [*runc, "exec", name])
    subprocess.run([*runc, "delete", "--force", name], stderr=subprocess.DEVNULL)
    server.kill()
    print("no container here:", server.stderr.read().strip(), file=sys.stderr)
    proc = bundle / "rootfs" / "proc"  # the binary maps its weights from /proc/self/exe
    proc.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "proc", "proc", proc], check=True)
    user = ["env", "-i", *config["process"]["env"], shutil.which("chroot"),
            f"--userspec={USER}:{USER}", str(bundle / "rootfs")]
    server = subprocess.Popen([*user, *config["process"]["args"]], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, text=True)
    address = wait_for_address(server)
    print("started by chroot")
    stop = lambda: server.send_signal(signal.SIGTERM)

    def remove() -> None:
        server.kill()
        server.wait()
        subprocess.run(["umount", proc], check=True)

    return Started(server, address, stop, remove, user)


def server_user(binary: str) -> str:
    """The user that runs `binary`, as this machine's /proc knows it."""
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cmdline").read_bytes().startswith(binary.encode() + b"\0serve"):
                return re.search(r"^Uid:\s+(\d+)", (entry / "status").read_text(), re.M).group(1)
        except OSError:
            continue
    return "not found"


def infer(address: str, model: str) -> dict:
    """One request of zeros, every open dimension 1."""
    url = f"http://{address}/v2/models/{model}"
    with urllib.request.urlopen(url, timeout=10) as answer:
        metadata = json.load(answer)
    request = {"inputs": []}
    for tensor in metadata["inputs"]:
        shape = [max(1, int(extent)) for extent in tensor["shape"]]
        count = 1
        for extent in shape:
            count *= extent
        request["inputs"].append({"name": tensor["name"], "datatype": tensor["datatype"],
                                  "shape": shape, "data": [0] * count})
    body = json.dumps(request).encode()
    with urllib.request.urlopen(f"{url}/infer", data=body, timeout=10) as answer:
        return json.load(answer)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image")
    parser.add_argument("bundle", type=pathlib.Path)
    parser.add_argument("model")
    parser.add_argument("--add", nargs=2, action="append", default=[])
    parser.add_argument("--env", action="append", default=[])
    options = parser.parse_args()
    bundle, model = options.bundle, options.model
    config = unpack(options.image, bundle)
    harden(config)
    config["process"]["env"] += options.env
    for source, path in options.add:
        place = bundle / "rootfs" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, place)
    (bundle / "config.json").write_text(json.dumps(config), encoding="utf-8")
    started = start(bundle, config)
    try:
        # Without privileges the container's user is an alias of this process's own.
        user = server_user(f"/{model}")
        print("user", USER if os.geteuid() and user == str(os.getuid()) else user)
        print("health", subprocess.run([*started.beside, f"/{model}", "health",
                                        "--http", started.address],
                                       stdout=subprocess.DEVNULL).returncode)
        print("outputs", *(tensor["name"] for tensor in infer(started.address, model)["outputs"]))
        started.stop()
        print("exit code", started.server.wait(timeout=10))
    finally:
        started.remove()


main()
