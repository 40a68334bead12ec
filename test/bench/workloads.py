"""What ./dev bench measures, with the ratio to ONNX Runtime that each must keep on one thread."""

import dataclasses
import pathlib
import subprocess
import sys
from typing import Callable

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from models import catalogue

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@dataclasses.dataclass
class Workload:
    name: str
    graph: pathlib.Path
    inputs: Callable     # random -> arrays by name
    dims: dict
    bound: float         # mdc / ONNX Runtime, one thread
    scales: bool = False  # also measured with several threads
    script: str = ""     # writes the graph; a path from the root, or "matmul"
    quantized: bool = False  # the graph comes as int8

    def prepare(self):
        if self.graph.exists() or not self.script:
            return
        if self.script == "matmul":
            write_matmul(self.graph)
            return
        subprocess.run([sys.executable, ROOT / self.script, "--output", self.graph], check=True,
                       stdout=subprocess.DEVNULL)


def write_matmul(path, size=1024):
    """x [size, size] times a constant [size, size]."""
    inputs = catalogue.normal("w", size, size)
    weight = inputs(np.random.default_rng(1), {})["w"]
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"], name="matmul")], "matmul",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [size, size])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [size, size])],
        [numpy_helper.from_array(weight, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, path)


def bound_inputs(model, extents):
    return lambda random: model.inputs(random, extents)


def seeded(folder):
    image = {"batch": 1, "height": 224, "width": 224}
    rows = [("bert-base", {"batch": 1, "sequence": 128}, 1.0),
            ("resnet50", image, 1.2), ("mobilenetv2", image, 1.2),
            ("unet", {"batch": 1, "height": 128, "width": 128}, 1.2)]
    for name, extents, bound in rows:
        script, model = catalogue.SEEDED[name]
        dims = {**extents, "sequence": {"max": 128}} if "sequence" in extents else extents
        yield Workload(name, folder / f"{name}.onnx", bound_inputs(model, extents), dims, bound,
                       True, script)


def all_workloads(folder, shared):
    """The matrix product, the seeded graphs, and the shared models where MDC_SHARED names them."""
    found = [Workload("matmul-1024", folder / "matmul-1024.onnx",
                      lambda random: catalogue.normal("x", 1024, 1024)(random, {}), {}, 1.2, True,
                      "matmul"), *seeded(folder)]
    for model in catalogue.SHARED if shared else []:
        # the last extents of a model are its largest
        found.append(Workload(model.name, shared / "models" / model.name / "model.onnx",
                              bound_inputs(model, model.extents[-1]), model.dims, 2.0))
    return found


# What is measured as int8 too: networks of convolutions, whose quantization pays.
QUANTIZABLE = ("resnet50", "mobilenetv2", "mnist-8-cntk", "super-resolution-10",
               "ultraface-rfb-320", "yunet-s-320", "yolox-nano")


def digits():
    """The example whose graph is in the tree."""
    model = catalogue.Model("digits", catalogue.normal("image", "batch", 1, 8, 8), {"batch": 1},
                            [{"batch": 1}])
    return Workload(model.name, ROOT / "examples/digits/digits.onnx",
                    bound_inputs(model, model.extents[0]), model.dims, 1.0)


def int8_workloads(known, shared):
    """Rows of the int8 table, named NAME-int8, and the networks that come quantized."""
    rows = [dataclasses.replace(workload, name=f"{workload.name}-int8",
                                dims={name: fixed_extent(extent)
                                      for name, extent in workload.dims.items()})
            for workload in known if workload.name in QUANTIZABLE]
    rows.append(dataclasses.replace(digits(), name="digits-int8"))
    if shared:
        model = catalogue.QUANTIZED
        rows.append(Workload(model.name, shared / "models" / model.name / "model.onnx",
                             bound_inputs(model, model.extents[-1]), model.dims, 1.0,
                             quantized=True))
    return rows


def fixed_extent(extent):
    """The largest of a dimension's extents."""
    if isinstance(extent, dict):
        return extent["max"]
    return extent[-1] if isinstance(extent, list) else extent
