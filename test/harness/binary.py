"""Builds serving binaries with mdc and runs them."""

import json
import os
import pathlib
import re
import subprocess

import ml_dtypes
import numpy as np


class BuildError(Exception):
    """`mdc build` failed; the text is what it printed."""


class RunError(Exception):
    """A serving binary failed; the text is what it printed."""


def machine_isa():
    """The strongest level that this machine runs, as [target.cpu] isa names it."""
    with open("/proc/cpuinfo", encoding="ascii") as file:
        flags = set(re.search(r"^flags\s*:(.*)$", file.read(), re.M).group(1).split())
    if not {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"} <= flags:
        return "v3"
    return "vnni" if "avx512_vnni" in flags else "v4"


def machine_isas():
    """Every level that this machine runs, weakest first."""
    levels = ["v3", "v4", "vnni"]
    return levels[:levels.index(machine_isa()) + 1]


def toml_value(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {toml_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return json.dumps(value)


def write_spec(folder, name, graph, dims=None, isa=None, http="127.0.0.1:0", sections=None):
    """`sections`: more of the spec, tables by name."""
    lines = ["[model]", f"name = {json.dumps(name)}", f"graph = {json.dumps(str(graph))}"]
    if dims:
        lines += ["[model.dims]"]
        lines += [f"{json.dumps(key)} = {toml_value(value)}" for key, value in dims.items()]
    if isa:
        lines += ["[target.cpu]", f"isa = {toml_value(isa)}"]
    lines += ["[serve]", f"http = {json.dumps(http)}"]
    for section, table in (sections or {}).items():
        lines += [f"[{section}]", *(f"{key} = {toml_value(value)}"
                                    for key, value in table.items())]
    pathlib.Path(folder, "deploy.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def run_mdc(mdc, folder, arguments, seconds):
    done = subprocess.run([mdc, *arguments], cwd=folder, text=True, timeout=seconds,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**os.environ, "NO_COLOR": "1"})
    return done.returncode, done.stdout


def build(mdc, folder, name, graph, dims=None, isa=None, jobs=0, seconds=900, sections=None,
          target="cpu"):
    """Writes deploy.toml in `folder`, builds it, returns the binary's path. 0 jobs: all cores."""
    write_spec(folder, name, graph, dims, isa, sections=sections)
    try:
        code, text = run_mdc(mdc, folder, ["build", f"--target={target}", "-j", str(jobs)], seconds)
    except subprocess.TimeoutExpired:
        raise BuildError(f"mdc build took over {seconds} s") from None
    binary = pathlib.Path(folder, "dist", target, name)
    if code != 0:
        raise BuildError(f"exit code {code}\n{text}")
    if not binary.exists():
        raise BuildError(f"exit code 0, but no dist/cpu/{name}\n{text}")
    return binary


def with_type(array):
    """NumPy reads bfloat16, which .npy has no name for, as two bytes without a type."""
    return array.view(ml_dtypes.bfloat16) if array.dtype == np.dtype("V2") else array


def infer(binary, inputs, arguments=(), prefix=(), seconds=600):
    """One `infer` of the arrays `inputs`; returns the outputs by name. `prefix` is an emulator."""
    source, target = binary.with_suffix(".in.npz"), binary.with_suffix(".out.npz")
    np.savez(source, **inputs)
    target.unlink(missing_ok=True)
    command = [*prefix, binary, "infer", "--inputs", source, "--outputs", target, *arguments]
    try:
        done = subprocess.run(command, text=True, timeout=seconds,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        raise RunError(f"infer took over {seconds} s") from None
    if done.returncode != 0:
        raise RunError(f"exit code {done.returncode}: {done.stdout.strip()[-600:]}")
    with np.load(target) as archive:
        return {name: with_type(archive[name]) for name in archive.files}


def bench(binary, arguments=(), seconds=120):
    """The figures of `bench --json`, a dictionary."""
    done = subprocess.run([binary, "bench", "--json", *arguments], text=True, timeout=seconds,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise RunError(f"exit code {done.returncode}: {done.stderr.strip()[-600:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def region_times(binary, arguments=()):
    """Mean ms of one run in each region by its name, of `bench --profile`."""
    done = subprocess.run([binary, "bench", "--profile", *arguments], text=True,
                          capture_output=True, check=True)
    rows = re.findall(r"^(\w+) +([\d.]+) +[\d.]+%", done.stdout, re.M)
    return {name: float(took) for name, took in rows}


class Server:
    """A running `serve` on a free port of the loopback; `address` is host:port."""

    def __init__(self, binary, arguments=()):
        self.process = subprocess.Popen(
            [binary, "serve", "--http", "127.0.0.1:0", *arguments], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        line = self.process.stdout.readline()
        found = re.search(r"\d+\.\d+\.\d+\.\d+:\d+", line)
        if not found:
            self.stop()
            raise RunError(f"serve printed '{line.strip()}', expected its address")
        self.address = found.group()

    def stop(self):
        self.process.terminate()
        return self.process.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
