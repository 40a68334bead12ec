"""The examples with 80 % of their weights pruned in blocks of 16 output channels, against the same
graphs as they are, in one run."""

import statistics
import sys

from harness import binary

PRUNE = """
[compress.prune]
sparsity = 0.8
pattern = "block-1x16"
"""


EXAMPLES = ("bert-base", "resnet50")


def build_pruned(mdc, home, workload):
    home.mkdir()
    binary.write_spec(home, workload.name, str(workload.graph), workload.dims)
    with open(home / "deploy.toml", "a", encoding="utf-8") as spec:
        spec.write(PRUNE)
    code, text = binary.run_mdc(mdc, home, ["build"], 900)
    if code != 0:
        raise binary.BuildError(text)
    return home / "dist" / "cpu" / workload.name


def print_table(mdc, folder, workloads, options):
    """Rounds of the two alternate, on one thread."""
    print("\n| 80 % block-1x16, one thread | plain p50 ms | pruned p50 ms | gain | bytes |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for workload in (w for w in workloads if w.name in EXAMPLES):
        workload.prepare()
        home = folder / f"{workload.name}-plain"
        home.mkdir()
        try:
            plain = binary.build(mdc, home, workload.name, str(workload.graph), workload.dims)
            pruned = build_pruned(mdc, folder / f"{workload.name}-pruned", workload)
            flags = ["--threads", "1", "--seconds", str(options.seconds)]
            times = {plain: [], pruned: []}
            for _ in range(options.rounds):
                for program, found in times.items():
                    found.append(binary.bench(program, flags)["p50_ms"])
        except (binary.BuildError, binary.RunError) as error:
            print(f"| {workload.name} | failed | - | - | - |", flush=True)
            print(f"error: {workload.name}: {error}", file=sys.stderr)
            continue
        before, after = (statistics.median(times[program]) for program in (plain, pruned))
        bytes_left = pruned.stat().st_size / plain.stat().st_size
        print(f"| {workload.name} | {before:.4g} | {after:.4g} | {before / after:.2f}"
              f"{' under' if after > before else ''} | {100 * bytes_left:.0f} % |", flush=True)
