"""A model that builds in a second, for tests of what `mdc build` does in its folder."""

import pathlib

import onnx
from onnx import TensorProto, helper


def write_model(folder):
    """Writes model.onnx: the exponentials of x, of any number of rows."""
    value = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", 4])
    node = helper.make_node("Exp", ["x"], ["y"], name="exp")
    graph = helper.make_graph([node], "small", [value("x")], [value("y")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, pathlib.Path(folder, "model.onnx"))


def write_spec(folder, rows):
    text = f'[model]\nname = "small"\ngraph = "model.onnx"\n[model.dims]\nrows = {rows}\n'
    pathlib.Path(folder, "deploy.toml").write_text(text + '[target.cpu]\nisa = ["v3"]\n')
