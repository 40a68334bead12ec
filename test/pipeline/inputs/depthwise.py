"""Writes a depthwise convolution, its calibration set and its spec: depthwise.py FOLDER."""

import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper

folder = pathlib.Path(sys.argv[1])
random = np.random.default_rng(1)
weight = random.standard_normal((16, 1, 3, 3)).astype(np.float32)
tensors = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 16, 8, 8])
           for name in ("x", "y")]
node = helper.make_node("Conv", ["x", "w"], ["y"], name="layer", group=16, pads=[1, 1, 1, 1])
graph = helper.make_graph([node], "graph", tensors[:1], tensors[1:],
                          [onnx.numpy_helper.from_array(weight, "w")])
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8),
          folder / "model.onnx")
np.savez(folder / "samples.npz", x=random.standard_normal((8, 16, 8, 8)).astype(np.float32))
(folder / "deploy.toml").write_text("""[model]
name  = "depthwise"
graph = "model.onnx"

[model.dims]
batch = 1

[compress]
calibration = "samples.npz"

[compress.quantize]
""")
