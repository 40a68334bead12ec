"""Compressed builds against the plain build of the same graph, every example and listed model, one
thread, in one run: static int8 by `[compress]`, calibrated on real inputs where the shared folder
has them and on seeded ones else, and dynamic int8 where ONNX Runtime has it too; some of both by
integers of 7 bits."""

import dataclasses
import json
import statistics
import sys
from typing import Callable

import numpy as np
from onnxruntime import quantization

from bench import quantized, workloads
from harness import binary
from models import catalogue
from models import compressed as networks

SEEDED_SAMPLES = 4
MNIST_SAMPLES = 100
STATIC_INT8, DYNAMIC_INT8 = "int8", "dynamic int8"
SECTIONS = {STATIC_INT8: networks.STATIC,
            DYNAMIC_INT8: {"compress.quantize": {"activations": "dynamic"}}}
OF_7_BITS = " of 7 bits"
REDUCED = ("bert-base", "resnet50", "mobilenetv2", "unet", "super-resolution-10",
           "magika-fast-v2-1")  # the networks that are measured so too


def sections_of(what):
    """The spec's tables for a row's kind."""
    kind = what.removesuffix(OF_7_BITS)
    if kind == what:
        return SECTIONS[kind]
    tables = SECTIONS[kind]
    return {**tables, "compress.quantize": {**tables["compress.quantize"], "reduce_range": True}}


@dataclasses.dataclass
class Row:
    workload: workloads.Workload
    what: str                # of SECTIONS, perhaps with OF_7_BITS behind it
    speedup: float = 1.0     # at least so much faster than the plain build
    peer: Callable = None    # (graph, folder) -> the graph that ONNX Runtime quantized
    peer_bound: float = 1.0  # at most this share of ONNX Runtime's time

    @property
    def name(self):
        return f"{self.workload.name} {self.what}"


def dynamic_peer(graph, folder):
    """ONNX Runtime's dynamic int8, which scales a whole activation at once."""
    path = folder / f"{graph.stem}-dynamic.onnx"
    if not path.exists():
        quantization.quantize_dynamic(graph, path, weight_type=quantization.QuantType.QInt8)
    return path


def rows_of(known):
    """`known`: workloads; a product alone is no network."""
    for workload in known:
        if workload.name == "bert-base":
            yield Row(workload, DYNAMIC_INT8, 2.0, dynamic_peer)
            yield Row(workload, DYNAMIC_INT8 + OF_7_BITS, 2.0, dynamic_peer)
        if workload.name != "matmul-1024":
            yield Row(workload, STATIC_INT8)
        if workload.name in REDUCED:
            yield Row(workload, STATIC_INT8 + OF_7_BITS)


def seeded_sets(workload, count=SEEDED_SAMPLES):
    """(calibration set: arrays with an axis of samples in front, inputs to measure with)."""
    samples = [workload.inputs(np.random.default_rng(seed)) for seed in range(1, count + 1)]
    return ({name: np.stack([sample[name] for sample in samples]) for name in samples[0]},
            workload.inputs(np.random.default_rng(0)))


def sets_of(workload, shared):
    """The same, of real inputs where there are some."""
    if workload.name == "digits":
        with np.load(workload.graph.parent / "calibration.npz") as digits:
            return {name: digits[name] for name in digits.files}, seeded_sets(workload, 1)[1]
    if workload.name == "mnist-8-cntk":
        path = shared / "data/mnist-t10k/t10k-images-idx3-ubyte.gz"
        images = catalogue.read_idx(path)[:MNIST_SAMPLES + 1, None, None].astype(np.float32)
        return {"Input3": images[1:]}, {"Input3": images[0]}
    for network in networks.NETWORKS:
        if network.name == workload.name:
            calibration, evaluation = networks.samples_of(network, shared)
            return {network.input: np.stack(calibration)}, {network.input: evaluation[0]}
    return seeded_sets(workload)


def built_as(mdc, home, workload, calibration, sections):
    home.mkdir(parents=True)
    np.savez(home / "calibration.npz", **calibration)
    path = binary.build(mdc, home, workload.name, str(workload.graph), workload.dims,
                        sections=sections)
    return quantized.Built(home, path, quantized.layer_names(workload.graph))


def medians_of(programs, peer, inputs, source, options):
    """Median ms of each program and of the peer, if there is one; rounds take turns."""
    flags = ["--threads", "1", "--seconds", str(options.seconds), "--inputs", str(source)]
    rounds = []
    for _ in range(options.rounds):
        rounds.append([binary.bench(program.path, flags)["p50_ms"] for program in programs])
        rounds[-1].append(peer.p50_ms(inputs, options.seconds) if peer else 0)
    return [statistics.median(times) for times in zip(*rounds)]


def print_row(mdc, folder, row, runtime, shared, options):
    """One row; returns the sentence that blames a layer where the compressed build is slower."""
    workload, home = row.workload, folder / row.name
    workload.prepare()
    calibration, inputs = sets_of(workload, shared)
    plain = built_as(mdc, home / "plain", workload, {}, {})
    small = built_as(mdc, home / "compressed", workload, calibration, sections_of(row.what))
    source = home / "inputs.npz"
    np.savez(source, **inputs)
    expected, found = (binary.infer(built.path, inputs) for built in (plain, small))
    close = min(networks.cosine(expected[name], found[name]) for name in expected)
    peer = runtime(row.peer(workload.graph, folder), 1) if row.peer else None
    before, after, theirs = medians_of((plain, small), peer, inputs, source, options)
    _, report = binary.run_mdc(mdc, small.folder, ["explain", "--json"], 60)
    share = networks.byte_share(json.loads(report))
    bytes_left = small.path.stat().st_size / plain.path.stat().st_size
    over = " over" if peer and after > theirs * row.peer_bound else ""
    ratio = f"{theirs:.4g} | {after / theirs:.2f}{over}" if peer else "- | -"
    print(f"| {row.name} | {before:.4g} | {after:.4g} | {before / after:.2f}"
          f"{' under' if before / after < row.speedup else ''} | {100 * share:.0f} % | "
          f"{100 * bytes_left:.0f} % | {close:.4f} | {ratio} |", flush=True)
    if after <= before or share == 0:  # without bytes both are the same kernels
        return None
    return f"{row.name} is slower than float: {quantized.blame(mdc, plain, small, source)}"


def print_table(mdc, folder, known, runtime, shared, options):
    """`known`: workloads; `runtime`: a session of ONNX Runtime by graph and threads."""
    print("\n| compressed, one thread | plain ms | compressed ms | times faster | "
          "int8 of multiply-adds | file left | cosine | ONNX Runtime ms | mdc / ONNX Runtime |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    slower = []
    for row in rows_of(known):
        try:
            slower.append(print_row(mdc, folder, row, runtime, shared, options))
        except (binary.BuildError, binary.RunError) as error:
            print(f"| {row.name} | failed | - | - | - | - | - | - | - |", flush=True)
            print(f"error: {row.name}: {error}", file=sys.stderr)
    lines = [line for line in slower if line]
    print("\n" + "\n".join(lines or ["no line is below 1.0"]))
