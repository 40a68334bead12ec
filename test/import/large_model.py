"""Imports a model of nearly 2 GB and compares the importer's memory with the file's size.

usage: large_model.py FOLDER
"""

import pathlib
import resource
import subprocess
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

LAYERS, WIDTH = 480, 1024


def main():
    path = pathlib.Path(sys.argv[1]) / "large.onnx"
    weight = np.ones((WIDTH, WIDTH), dtype=np.float32)
    nodes = [helper.make_node("MatMul", [f"y{i}", f"w{i}"], [f"y{i + 1}"]) for i in range(LAYERS)]
    weights = [numpy_helper.from_array(weight, f"w{i}") for i in range(LAYERS)]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, WIDTH])
            for name in ("y0", f"y{LAYERS}")]
    save(helper.make_model(helper.make_graph(nodes, "large", ends[:1], ends[1:], weights),
                           opset_imports=[helper.make_opsetid("", 17)]), str(path))
    size = path.stat().st_size
    subprocess.run(["mdc-import", path, "--count"], check=True, stdout=subprocess.DEVNULL)
    path.unlink()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(f"{size >> 20} MB imported in {peak >> 20} MB, {peak / size:.2f} times its size")
    return peak > 3 * size


if __name__ == "__main__":
    sys.exit(main())
