"""Compressed builds against the plain build of the same graph and against ONNX Runtime's own
quantization of it, one thread, in one run."""

import dataclasses
import statistics
import sys
from typing import Callable

import numpy as np
from onnxruntime import quantization

from harness import binary

QUANTIZE_DYNAMIC = {"compress.quantize": {"activations": "dynamic"}}


@dataclasses.dataclass
class Compressed:
    workload: str            # of the plain graph, among workloads.all_workloads
    what: str
    sections: dict           # of the spec
    peer: Callable           # (graph, folder) -> the peer's graph
    speedup: float           # at least so much faster than the plain build
    peer_bound: float = 1.0  # at most this share of ONNX Runtime's time
    cosine: float = 0.98     # of the first output against the plain build's


def dynamic_peer(graph, folder):
    """ONNX Runtime's dynamic int8, which scales a whole activation at once."""
    quantized = folder / f"{graph.stem}-dynamic.onnx"
    if not quantized.exists():
        quantization.quantize_dynamic(graph, quantized, weight_type=quantization.QuantType.QInt8)
    return quantized


ROWS = [
    Compressed("bert-base", "dynamic int8", QUANTIZE_DYNAMIC, dynamic_peer, 2.0),
]


def cosine(a, b):
    a, b = np.ravel(a).astype(np.float64), np.ravel(b).astype(np.float64)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def built_as(mdc, home, workload, sections):
    home.mkdir(parents=True)
    return binary.build(mdc, home, workload.name, str(workload.graph), workload.dims,
                        sections=sections)


def measure(row, workload, mdc, folder, runtime, options):
    """Milliseconds of the plain build, the compressed one and the peer, and the cosine of the
    first output."""
    home = folder / f"{workload.name} {row.what}"
    plain = built_as(mdc, home / "plain", workload, {})
    small = built_as(mdc, home / "compressed", workload, row.sections)
    inputs = workload.inputs(np.random.default_rng(0))
    peer = runtime(row.peer(workload.graph, folder), 1)
    expected, found = binary.infer(plain, inputs), binary.infer(small, inputs)
    name = next(iter(expected))
    source = home / "inputs.npz"
    np.savez(source, **inputs)
    flags = ["--threads", "1", "--seconds", str(options.seconds), "--inputs", str(source)]
    rounds = [(binary.bench(plain, flags)["p50_ms"], binary.bench(small, flags)["p50_ms"],
               peer.p50_ms(inputs, options.seconds)) for _ in range(options.rounds)]
    medians = [statistics.median(times) for times in zip(*rounds)]
    return medians, cosine(expected[name], found[name])


def print_table(mdc, folder, known, runtime, options):
    """`known`: workloads by name; `runtime`: a session of ONNX Runtime by graph and threads."""
    print("\n| compressed | plain ms | compressed ms | times faster | bound | ONNX Runtime ms | "
          "mdc / ONNX Runtime | bound | cosine |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in ROWS:
        name, workload = f"{row.workload} {row.what}", known[row.workload]
        workload.prepare()
        try:
            (plain, small, peer), close = measure(row, workload, mdc, folder, runtime, options)
        except (binary.BuildError, binary.RunError) as error:
            print(f"| {name} | failed | - | - | - | - | - | - | - |", flush=True)
            print(f"error: {name}: {error}", file=sys.stderr)
            continue
        slow = " under" if plain / small < row.speedup else ""
        over = " over" if small / peer > row.peer_bound else ""
        far = " under" if close < row.cosine else ""
        print(f"| {name} | {plain:.4g} | {small:.4g} | {plain / small:.2f} | "
              f"{row.speedup:.1f}{slow} | {peer:.4g} | {small / peer:.2f} | "
              f"{row.peer_bound:.1f}{over} | {close:.4f}{far} |", flush=True)
