"""A model with one layer, and a set to calibrate it on: for tests of what compression reports."""

import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SPEC = """[model]
name = "small"
graph = "model.onnx"
[target.cpu]
isa = ["v3"]
[compress]
calibration = "calibration.npz"
[compress.quantize]
reconstruct = true
"""


def write(folder):
    """model.onnx: a product and relu; calibration.npz: five rows; deploy.toml."""
    random = np.random.default_rng(0)
    weight = numpy_helper.from_array(random.uniform(-1, 1, (8, 4)).astype(np.float32), "w")
    value = lambda name, width: helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, width])
    nodes = [helper.make_node("MatMul", ["x", "w"], ["p"], name="product"),
             helper.make_node("Relu", ["p"], ["y"], name="relu")]
    graph = helper.make_graph(nodes, "small", [value("x", 8)], [value("y", 4)], [weight])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, folder / "model.onnx")
    np.savez(folder / "calibration.npz", x=random.uniform(-1, 1, (5, 8)).astype(np.float32))
    (folder / "deploy.toml").write_text(SPEC)


write(pathlib.Path(sys.argv[1]))
