"""Opt-in, slow, 15 GB of disk: a model of over 2 GB of weights builds in under 3 times its size of
memory, starts, and answers right. `./dev test large` runs it."""

import argparse
import pathlib
import resource
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402
import onnx  # noqa: E402
from harness import binary, tensors  # noqa: E402
from harness.counts import Counts  # noqa: E402
from onnx import TensorProto, helper  # noqa: E402

SIZE, LAYERS = 8192, 9  # 9 matrices of 256 MiB: 2.4 GB, past what 32-bit offsets reach
BOUND = 1e-4


def external(name, array, file):
    """An initializer whose bytes are appended to the open `file`."""
    tensor = TensorProto(name=name, dims=array.shape, data_type=TensorProto.FLOAT,
                         data_location=TensorProto.EXTERNAL)
    where = {"location": pathlib.Path(file.name).name, "offset": file.tell(),
             "length": array.nbytes}
    for key, value in where.items():
        tensor.external_data.add(key=key, value=str(value))
    file.write(array.tobytes())
    return tensor


def write_model(folder):
    """Writes large.onnx and large.data; returns an input and the output that NumPy computes."""
    random = np.random.default_rng(2)
    x = first = random.standard_normal((1, SIZE), dtype=np.float32)
    nodes, weights = [], []
    with open(folder / "large.data", "wb") as file:
        for layer in range(LAYERS):
            weight = random.standard_normal((SIZE, SIZE), dtype=np.float32) / np.float32(SIZE**0.5)
            weights.append(external(f"w{layer}", weight, file))
            nodes.append(helper.make_node("MatMul", [f"x{layer}", f"w{layer}"], [f"x{layer + 1}"],
                                          name=f"layer{layer}"))
            x = x @ weight
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, SIZE])
              for name in ("x0", f"x{LAYERS}")]
    graph = helper.make_graph(nodes, "large", values[:1], values[1:], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    (folder / "large.onnx").write_bytes(model.SerializeToString())
    return {"x0": first}, {f"x{LAYERS}": x}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mdc", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    counts = Counts()
    with tempfile.TemporaryDirectory(dir=HERE.parent.parent / "build") as temporary:
        folder = pathlib.Path(temporary)
        inputs, expected = write_model(folder)
        try:
            built = binary.build(arguments.mdc.resolve(), folder, "large", "large.onnx")
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
            most = 3 * SIZE * SIZE * 4 * LAYERS
            counts.check("a 2.4 GB model builds in under 3 times its size of memory",
                         None if peak < most else f"{peak} bytes, expected under {most}")
            problem = tensors.outputs_problem(binary.infer(built, inputs), expected, BOUND)
        except (binary.BuildError, binary.RunError) as error:
            problem = str(error)
        counts.check("a 2.4 GB model answers right", problem)
    counts.finish()


if __name__ == "__main__":
    main()
