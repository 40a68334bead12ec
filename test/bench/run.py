"""./dev bench: the built binaries against ONNX Runtime, same threads, in one run.

Results are compared before anything is timed. Rounds of the two alternate, so that a change of the
machine's speed hits both; a row shows the median over the rounds of each round's median.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
from bench import builds, compressed, pruned, quantized, sparse, workloads  # noqa: E402
from harness import binary, reference, tensors  # noqa: E402
from harness.shared import shared_folder  # noqa: E402

BOUND = 1e-4  # of the output's largest magnitude, as test/models/run.py states


class OnnxRuntime:
    """One session with `threads` threads, timed the way the binary times itself, arrays to
    arrays; `run` is the exact reference."""

    def __init__(self, graph, threads):
        self.session = reference.session(str(graph), threads, exact=False)
        self.run = reference.answers(str(graph))

    def p50_ms(self, inputs, seconds):
        for _ in range(3):
            self.session.run(None, inputs)
        times, end = [], time.perf_counter() + seconds
        while time.perf_counter() < end or len(times) < 5:
            begin = time.perf_counter()
            self.session.run(None, inputs)
            times.append(1e3 * (time.perf_counter() - begin))
        return statistics.median(times)


def peak_gflops(folder):
    """The measured f32 peak of one core."""
    program = pathlib.Path(folder, "peak")
    subprocess.run(["clang-22", "-O2", "-march=native", "-ffp-contract=fast", HERE / "peak.c",
                    "-o", program], check=True)
    return float(subprocess.run([program], check=True, capture_output=True).stdout)


def measure(workload, built, threads, options):
    """{"mdc": ms, "onnxruntime": ms} of one workload, or an error text."""
    inputs = workload.inputs(np.random.default_rng(0))
    peer = OnnxRuntime(workload.graph, threads)
    flags = ["--threads", str(threads)]
    problem = tensors.outputs_problem(binary.infer(built, inputs, flags), peer.run(inputs), BOUND)
    if problem:
        raise binary.RunError(f"the results differ: {problem}")
    source = built.with_suffix(".bench.npz")
    np.savez(source, **inputs)
    flags += ["--seconds", str(options.seconds), "--inputs", str(source)]
    ours, theirs = [], []
    for _ in range(options.rounds):
        theirs.append(peer.p50_ms(inputs, options.seconds))
        ours.append(binary.bench(built, flags)["p50_ms"])
    return statistics.median(ours), statistics.median(theirs)


def machine():
    with open("/proc/cpuinfo", encoding="ascii") as file:
        name = next((line.split(":")[1].strip() for line in file if line.startswith("model name")),
                    "unknown CPU")
    return (f"{name}, {os.cpu_count()} cores, {binary.machine_isa()}; "
            f"ONNX Runtime {onnxruntime.__version__}; mdc at "
            + subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, text=True,
                             capture_output=True).stdout.strip())


def latency_table(mdc, folder, chosen, options):
    """Prints a row per workload and thread count; returns {(name, threads): ms of mdc}."""
    print("\n| model | threads | mdc p50 ms | ONNX Runtime p50 ms | mdc / ONNX Runtime | bound |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    found = {}
    for workload in chosen:
        home = folder / workload.name
        home.mkdir()
        try:
            built = binary.build(mdc, home, workload.name, str(workload.graph), workload.dims)
            for threads in sorted({1, options.threads} if workload.scales else {1}):
                ours, theirs = measure(workload, built, threads, options)
                found[workload.name, threads] = ours
                bound = f"{workload.bound:.1f}" if threads == 1 else "-"
                mark = " over" if threads == 1 and ours > theirs * workload.bound else ""
                print(f"| {workload.name} | {threads} | {ours:.4g} | {theirs:.4g} | "
                      f"{ours / theirs:.2f} | {bound}{mark} |", flush=True)
        except (binary.BuildError, binary.RunError) as error:
            print(f"| {workload.name} | - | failed | - | - | - |", flush=True)
            print(f"error: {workload.name}: {error}", file=sys.stderr)
    return found


def print_peak_share(folder, options):
    """The product's own time, without the copies of its operands, against what the core does
    without memory, in turns: a shared machine's speed changes from second to second."""
    built = folder / "matmul-1024" / "dist" / "cpu" / "matmul-1024"
    flags = ["--threads", "1", "--seconds", str(options.seconds)]
    peaks, reached = [], []
    for _ in range(options.rounds):
        peaks.append(peak_gflops(folder))
        took_ms = sum(binary.region_times(built, flags).values())
        reached.append(2 * 1024**3 / took_ms / 1e6)
    share = statistics.median(ours / peak for ours, peak in zip(reached, peaks))
    best = max(reached)
    print(f"matmul 1024^3, one thread: {statistics.median(reached):.0f} GFLOP/s, "
          f"{100 * share:.0f} % of the core's peak measured beside it; at best {best:.0f}, "
          f"{100 * best / max(peaks):.0f} % of the best peak, {max(peaks):.0f} (bound 85 %)")


def print_derived(found, folder, options):
    print()
    threads = options.threads
    if ("matmul-1024", 1) in found:
        print_peak_share(folder, options)
    if ("resnet50", 1) in found and ("resnet50", threads) in found and threads > 1:
        speedup = found["resnet50", 1] / found["resnet50", threads]
        print(f"resnet50, {threads} threads: {speedup:.2f} times one thread (bound 1.8 at two)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", help="names of workloads, all by default")
    parser.add_argument("--mdc", required=True, type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=2, help="of the scaling rows")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1, help="of each side in each round")
    options = parser.parse_args()
    mdc = options.mdc.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        known = workloads.all_workloads(folder, shared_folder())
        as_int8 = workloads.int8_workloads(known, shared_folder())
        names = [workload.name for workload in known + as_int8]
        unknown = set(options.models) - {*names, "builds", "compressed", "pruned", "sparse"}
        if unknown:
            parser.error(f"unknown workload '{min(unknown)}', expected one of "
                         f"{', '.join(names)}, compressed, pruned, sparse or builds")
        print(f"machine: {machine()}")
        print("command: ./dev bench", *sys.argv[3:])
        chosen = [w for w in known if not options.models or w.name in options.models]
        rows = [w for w in as_int8 if not options.models or w.name in options.models]
        for workload in chosen + rows:
            workload.prepare()
        if chosen:
            found = latency_table(mdc, folder, chosen, options)
            print_derived(found, folder, options)
        if rows:
            quantized.print_table(mdc, folder, rows, OnnxRuntime, options)
        if not options.models or "compressed" in options.models:
            compressed.print_table(mdc, folder, [*known, workloads.digits()], OnnxRuntime,
                                   shared_folder(), options)
        if not options.models or "sparse" in options.models:
            sparse.print_table(mdc, folder, lambda: peak_gflops(folder), options)
        if not options.models or "pruned" in options.models:
            pruned.print_table(mdc, folder, [*known, workloads.digits()], options)
        if not options.models or "builds" in options.models:
            builds.print_table(mdc, folder)


if __name__ == "__main__":
    main()
