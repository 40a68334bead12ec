"""Graphs whose weights are computed from others: by a program that the build runs."""

import numpy as np
from conformance.cases import Case
from onnx import TensorProto, helper, numpy_helper

from values.cases import IR_VERSION, OPSET, values


def graph(name, nodes, constants, outputs):
    """(Case, arrays) of a graph that reads `x` [5, 300]."""
    x = values(5, 300)
    initializers = [numpy_helper.from_array(array, label) for label, array in constants.items()]
    made = helper.make_graph(
        [helper.make_node(op, inputs, output.split(), name=output, **attributes)
         for op, inputs, output, attributes in nodes], name,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape)],
        [helper.make_tensor_value_info(label, TensorProto.UNDEFINED, None) for label in outputs],
        initializers)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    return Case(name, None, model, {("", nodes[-1][0])}, ["x"], outputs, []), {"x": x}


CASES = [
    graph("weights joined and scaled",
          [("Concat", ["a", "b"], "joined", {"axis": 1}),
           ("Mul", ["joined", "scale"], "scaled", {}),
           ("MatMul", ["x", "scaled"], "y", {})],
          {"a": values(300, 200), "b": values(300, 77), "scale": values(277)}, ["y"]),
    graph("a normalized weight that is also an output",
          [("Softmax", ["a"], "w", {"axis": 0}), ("MatMul", ["x", "w"], "y", {})],
          {"a": values(300, 270)}, ["y", "w"]),
    graph("a weight through a comparison and half floats",
          [("Cast", ["a"], "wide", {"to": TensorProto.FLOAT}),
           ("Greater", ["wide", "limit"], "large", {}),
           ("Where", ["large", "wide", "limit"], "w", {}),
           ("MatMul", ["x", "w"], "y", {})],
          {"a": values(300, 270).astype(np.float16), "limit": np.zeros((1,), np.float32)}, ["y"]),
    graph("a weight standardized by a batch norm",
          [("BatchNormalization", ["a", "ones", "zeros", "zeros", "ones"], "w mean variance",
            {"training_mode": 1}),
           ("MatMul", ["x", "w"], "y", {})],
          {"a": values(1, 300, 270, low=1, high=5), "ones": np.ones(300, np.float32),
           "zeros": np.zeros(300, np.float32)}, ["y"]),
    graph("a constant that is cheaper to repeat than to store",
          [("Exp", ["row"], "e", {}), ("Expand", ["e", "shape"], "wide", {}),
           ("Add", ["x", "wide"], "y", {})],
          {"row": values(1, 300), "shape": np.array([5, 300])}, ["y"]),
]
