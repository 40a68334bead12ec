"""Networks with 80 % of their weights pruned, in blocks of 16 output channels or one by one,
against the same graphs as they are, one thread, in one run."""

import sys

import numpy as np

from bench import compressed, quantized
from harness import binary

SPARSITY = 0.8
PATTERNS = ("block-1x16", "unstructured")
NETWORKS = ("bert-base", "resnet50", "mobilenetv2", "unet", "mnist-8-cntk", "digits")


def print_row(mdc, folder, workload, pattern, options):
    """One row; returns the sentence that blames a layer where the pruned build is slower."""
    home = folder / f"{workload.name}-{pattern}"
    prune = {"compress.prune": {"sparsity": SPARSITY, "pattern": pattern}}
    plain = compressed.built_as(mdc, home / "plain", workload, {}, {})
    pruned = compressed.built_as(mdc, home / "pruned", workload, {}, prune)
    source = home / "inputs.npz"
    inputs = workload.inputs(np.random.default_rng(0))
    np.savez(source, **inputs)
    before, after, _ = compressed.medians_of((plain, pruned), None, inputs, source, options)
    bytes_left = pruned.path.stat().st_size / plain.path.stat().st_size
    print(f"| {workload.name} {pattern} | {before:.4g} | {after:.4g} | {before / after:.2f}"
          f"{' under' if after > before else ''} | {100 * bytes_left:.0f} % |", flush=True)
    if after <= before:
        return None
    return (f"{workload.name} {pattern} is slower: "
            f"{quantized.blame(mdc, plain, pruned, source, 'pruned')}")


def print_table(mdc, folder, workloads, options):
    """Each line below 1.0 names the layer to blame."""
    print("\n| 80 % pruned, one thread | plain p50 ms | pruned p50 ms | gain | bytes |")
    print("| --- | ---: | ---: | ---: | ---: |")
    slower = []
    for workload in (w for w in workloads if w.name in NETWORKS):
        workload.prepare()
        for pattern in PATTERNS:
            try:
                slower.append(print_row(mdc, folder, workload, pattern, options))
            except (binary.BuildError, binary.RunError) as error:
                print(f"| {workload.name} {pattern} | failed | - | - | - |", flush=True)
                print(f"error: {workload.name}: {error}", file=sys.stderr)
    print("\n" + "\n".join([line for line in slower if line] or ["no line is below 1.0"]))
