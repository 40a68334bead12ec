"""A network of two layers in three forms of 8 bits, against ONNX Runtime and against its floats.

Usage: dynamic_bytes.py MDC FOLDER
"""

import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import quantization

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import binary, reference  # noqa: E402
from harness.counts import Counts  # noqa: E402

RANDOM = np.random.default_rng(5)
ROWS, WIDTHS = 9, (70, 130, 33)


def write_graph(path):
    """x [rows, 70] -> relu(x A + a) -> B + b, named y."""
    nodes, constants, value = [], [], "x"
    for layer, (depth, columns) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        weight = RANDOM.standard_normal((depth, columns), dtype=np.float32) / np.float32(depth**.5)
        bias = RANDOM.standard_normal(columns, dtype=np.float32)
        constants += [numpy_helper.from_array(weight, f"w{layer}"),
                      numpy_helper.from_array(bias, f"b{layer}")]
        last = layer == len(WIDTHS) - 2
        nodes += [helper.make_node("MatMul", [value, f"w{layer}"], [f"p{layer}"], f"dense{layer}"),
                  helper.make_node("Add", [f"p{layer}", f"b{layer}"],
                                   ["y" if last else f"s{layer}"], f"add{layer}")]
        if not last:
            nodes.append(helper.make_node("Relu", [f"s{layer}"], [f"r{layer}"], f"relu{layer}"))
        value = f"r{layer}"
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", width])
            for name, width in (("x", WIDTHS[0]), ("y", WIDTHS[-1]))]
    graph = helper.make_graph(nodes, "layers", ends[:1], ends[1:], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, path)


def built(mdc, home, graph, sections):
    home.mkdir()
    return binary.build(mdc, home, "layers", str(graph), {"rows": {"max": ROWS}},
                        sections=sections)


def difference(found, expected, bound):
    worst = np.abs(found - expected).max() / np.abs(expected).max()
    return None if worst <= bound else f"{worst:.3g} of the largest value, expected {bound} at most"


def same_rows(answer, x):
    """A row's answer is the same alone and among others."""
    whole = answer(x)
    rows = np.concatenate([answer(x[row:row + 1]) for row in range(len(x))])
    return None if np.array_equal(whole, rows) else "rows differ from the same rows alone"


def main():
    mdc, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    counts = Counts()
    plain, quantized = folder / "plain.onnx", folder / "dynamic.onnx"
    write_graph(plain)
    quantization.quantize_dynamic(plain, quantized, weight_type=quantization.QuantType.QInt8)
    x = RANDOM.standard_normal((ROWS, WIDTHS[0]), dtype=np.float32)

    def theirs(graph):
        return reference.session(str(graph)).run(None, {"x": x})[0]

    imported = built(mdc, folder / "imported", quantized, {})
    # one step of the second layer's bytes, where a sum of floats rounds otherwise
    counts.check("the graph of bytes", difference(binary.infer(imported, {"x": x})["y"],
                                                  theirs(quantized), 5e-3))
    lowered = (folder / "imported" / ".mdc" / "cpu" / "regions").glob("matmul_*.mlir")
    texts = [path.read_text() for path in lowered]
    bytes_only = texts and all("ui8" in text and "xi8" in text for text in texts)
    counts.check("its products", None if bytes_only else "not all products are of bytes")
    for activations, bound in (("dynamic", 0.02), ("none", 0.02)):
        small = built(mdc, folder / activations, plain,
                      {"compress.quantize": {"activations": activations}})

        def answer(rows, small=small):
            return binary.infer(small, {"x": rows})["y"]
        counts.check(f"activations {activations}", difference(answer(x), theirs(plain), bound))
        counts.check(f"rows of {activations}", same_rows(answer, x))
        for level in binary.machine_isas():
            other = binary.infer(small, {"x": x}, ["--isa", level, "--threads", "3"])["y"]
            counts.check(f"{activations} on {level}",
                         None if np.array_equal(other, answer(x)) else "other bits")
    counts.finish()


if __name__ == "__main__":
    main()
