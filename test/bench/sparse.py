"""What pruned weights gain: a product of 128x768x3072, dense, with 80 % of its blocks of 16 columns
zero, and with 90 % of its weights zero, in one run."""

import statistics
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from harness import binary, tensors

ROWS, DEPTH, COLUMNS = 128, 768, 3072
# name -> how many times as fast as the dense product
BOUNDS = {"block-1x16 80 %": 2.5, "unstructured 90 %": 1.3}
DENSE_SHARE = 0.85  # of the core's peak
BOUND = 1e-4  # of the output's largest magnitude


def weights_of(name, random):
    """Normal numbers; of the least, whole blocks or single ones are zero, as mdc prunes."""
    weights = (random.standard_normal((DEPTH, COLUMNS)) / DEPTH ** 0.5).astype(np.float32)
    if name.startswith("block"):
        scores = np.abs(weights).reshape(DEPTH, COLUMNS // 16, 16).mean(axis=2)
        weights *= np.repeat(scores > np.quantile(scores, 0.8), 16, axis=1)
    elif name.startswith("unstructured"):
        weights *= np.abs(weights) > np.quantile(np.abs(weights), 0.9)
    return weights


def build(mdc, folder, index, weights):
    """The binary of x times `weights`."""
    home = folder / f"sparse{index}"
    home.mkdir()
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"], name="matmul")], "matmul",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [ROWS, DEPTH])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [ROWS, COLUMNS])],
        [numpy_helper.from_array(weights, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, home / "matmul.onnx")
    return binary.build(mdc, home, f"sparse{index}", "matmul.onnx")


def print_table(mdc, folder, measure_peak, options):
    """Rounds of the three and of the core's peak alternate, so that a change of the machine's speed
    hits all; a row is the median of its rounds' medians. A share above 100 % says that the peak was
    disturbed: then it proves nothing."""
    random = np.random.default_rng(0)
    x = random.standard_normal((ROWS, DEPTH)).astype(np.float32)
    built = {}
    try:
        for index, name in enumerate(["dense", *BOUNDS]):
            weights = weights_of(name, random)
            built[name] = build(mdc, folder, index, weights)
            actual = binary.infer(built[name], {"x": x}, ["--threads", "1"])
            problem = tensors.outputs_problem(actual, {"y": x @ weights}, BOUND)
            if problem:
                raise binary.RunError(f"{name}: the results differ: {problem}")
        flags = ["--threads", "1", "--seconds", str(options.seconds)]
        times, peaks = {name: [] for name in built}, []
        for _ in range(options.rounds):
            peaks.append(measure_peak())
            for name, program in built.items():
                times[name].append(binary.bench(program, flags)["p50_ms"])
    except (binary.BuildError, binary.RunError) as error:
        print(f"error: sparse products: {error}", file=sys.stderr)
        return
    dense = statistics.median(times["dense"])
    # the best peak of all rounds: other load lowers it, nothing raises it
    share = 2e-6 * ROWS * DEPTH * COLUMNS / dense / max(peaks)
    mark = " disturbed" if share > 1 else " under" if share < DENSE_SHARE else ""
    print(f"\n| {ROWS}x{DEPTH}x{COLUMNS}, one thread | p50 ms | against dense | bound |")
    print("| --- | ---: | ---: | ---: |")
    print(f"| dense, {100 * share:.0f} % of the core's measured peak | {dense:.4g} | 1.00 | "
          f"{100 * DENSE_SHARE:.0f} %{mark} |")
    for name, bound in BOUNDS.items():
        gain = dense / statistics.median(times[name])
        print(f"| {name} | {statistics.median(times[name]):.4g} | {gain:.2f} | {bound}"
              f"{' under' if gain < bound else ''} |")
