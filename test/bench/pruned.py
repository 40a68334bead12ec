"""The examples with 80 % of their weights pruned, in blocks of 16 output channels or one by one,
against the same graphs as they are, in one run."""

import statistics
import sys

from harness import binary

PRUNE = """
[compress.prune]
sparsity = 0.8
pattern = "{pattern}"
"""

EXAMPLES = ("bert-base", "resnet50")
PATTERNS = ("block-1x16", "unstructured")


def build_pruned(mdc, home, workload, pattern):
    home.mkdir()
    binary.write_spec(home, workload.name, str(workload.graph), workload.dims)
    with open(home / "deploy.toml", "a", encoding="utf-8") as spec:
        spec.write(PRUNE.format(pattern=pattern))
    code, text = binary.run_mdc(mdc, home, ["build"], 900)
    if code != 0:
        raise binary.BuildError(text)
    return home / "dist" / "cpu" / workload.name


def measure(mdc, folder, workload, pattern, options):
    """(ms plain, ms pruned, pruned bytes / plain bytes); rounds of the two alternate."""
    home = folder / f"{workload.name}-plain-{pattern}"
    home.mkdir()
    plain = binary.build(mdc, home, workload.name, str(workload.graph), workload.dims)
    pruned = build_pruned(mdc, folder / f"{workload.name}-{pattern}", workload, pattern)
    flags = ["--threads", "1", "--seconds", str(options.seconds)]
    times = {plain: [], pruned: []}
    for _ in range(options.rounds):
        for program, found in times.items():
            found.append(binary.bench(program, flags)["p50_ms"])
    before, after = (statistics.median(times[program]) for program in (plain, pruned))
    return before, after, pruned.stat().st_size / plain.stat().st_size


def print_table(mdc, folder, workloads, options):
    print("\n| 80 % pruned, one thread | plain p50 ms | pruned p50 ms | gain | bytes |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for workload in (w for w in workloads if w.name in EXAMPLES):
        workload.prepare()
        for pattern in PATTERNS:
            try:
                before, after, bytes_left = measure(mdc, folder, workload, pattern, options)
            except (binary.BuildError, binary.RunError) as error:
                print(f"| {workload.name} {pattern} | failed | - | - | - |", flush=True)
                print(f"error: {workload.name}: {error}", file=sys.stderr)
                continue
            print(f"| {workload.name} {pattern} | {before:.4g} | {after:.4g} | "
                  f"{before / after:.2f}{' under' if after > before else ''} | "
                  f"{100 * bytes_left:.0f} % |", flush=True)
