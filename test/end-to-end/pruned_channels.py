"""Builds small graphs with [compress.prune] pattern = "channel" and compares them with ONNX
Runtime.

Every second channel of each layer is weak: a hundredth of the others' size. So it is known which
half goes, and the reference is the dense graph in which whoever reads such a channel has zero
weights for it.
"""

import argparse
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402
import onnx  # noqa: E402
from harness import binary, reference, tensors  # noqa: E402
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

BOUND = 1e-5  # of the output's largest magnitude; both sum in f32, in another order
PRUNE = """
[compress.prune]
sparsity = 0.5
pattern = "channel"
scope = "{scope}"
"""


class Network:
    """Nodes and weights; a value is (name, its channels, which of them are weak)."""

    def __init__(self, name, shape):
        self.name, self.shape, self.random = name, shape, np.random.default_rng(7)
        self.nodes, self.weights, self.zeroed = [], {}, {}
        self.input = ("x", shape[1], np.zeros(shape[1], bool))

    def add(self, op, operands, **attributes):
        made = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, operands, [made], name=made, **attributes))
        return made

    def weight(self, array, zeroed=None):
        name = f"w{len(self.weights)}"
        self.weights[name] = array.astype(np.float32)
        self.zeroed[name] = (array if zeroed is None else zeroed).astype(np.float32)
        return name

    def filters(self, shape, weak):
        """[out, in, ...]; the weak channels' filters are small."""
        scale = np.where(weak, 0.01, 1.0).reshape(-1, *[1] * (len(shape) - 1))
        return self.random.standard_normal(shape) / np.prod(shape[1:]) ** 0.5 * scale

    def bias(self, count):
        return self.weight(self.random.standard_normal(count) * 0.3)

    def conv(self, value, channels, kernel, free=True):
        """`free`: nothing but the layer's readers asks for its channels."""
        name, inputs, lost = value
        weak = np.arange(channels) % 2 == 0 if free else np.zeros(channels, bool)
        dense = self.filters((channels, inputs, kernel, kernel), weak)
        zeroed = dense * ~lost.reshape(1, -1, 1, 1)
        made = self.add("Conv", [name, self.weight(dense, zeroed), self.bias(channels)],
                        pads=[kernel // 2] * 4)
        return made, channels, weak

    def depthwise(self, value):
        name, channels, weak = value
        kernels = self.weight(self.random.standard_normal((channels, 1, 3, 3)) / 3)
        made = self.add("Conv", [name, kernels, self.bias(channels)], pads=[1] * 4, group=channels)
        return made, channels, weak

    def dense(self, value, channels, free=True, transposed=False):
        name, inputs, lost = value
        weak = np.arange(channels) % 2 == 0 if free else np.zeros(channels, bool)
        dense = self.filters((channels, inputs), weak)
        zeroed = dense * ~lost
        if transposed:
            made = self.add("Gemm", [name, self.weight(dense, zeroed), self.bias(channels)],
                            transB=1)
        else:
            product = self.add("MatMul", [name, self.weight(dense.T, zeroed.T)])
            made = self.add("Add", [product, self.bias(channels)])
        return made, channels, weak

    def scaled(self, value):
        """A scale and a shift of each channel: a norm at inference that no layer can take over."""
        name, channels, weak = value
        scale = self.weight(1 + self.random.random((1, channels, 1, 1)))
        product = self.add("Mul", [name, scale])
        shift = self.weight(self.random.standard_normal((1, channels, 1, 1)))
        return self.add("Add", [product, shift]), channels, weak

    def unary(self, op, value):
        return self.add(op, [value[0]]), *value[1:]

    def sum(self, a, b):
        return self.add("Add", [a[0], b[0]]), *a[1:]

    def concat(self, a, b):
        return (self.add("Concat", [a[0], b[0]], axis=1), a[1] + b[1],
                np.concatenate([a[2], b[2]]))

    def head(self, value):
        """Mean over the picture, and a classifier."""
        mean = self.add("GlobalAveragePool", [value[0]])
        flat = self.add("Flatten", [mean])
        return self.dense((flat, *value[1:]), 10, free=False, transposed=True)

    def model(self, output, weights):
        graph = helper.make_graph(
            self.nodes, self.name,
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.shape)],
            [helper.make_tensor_value_info(output[0], TensorProto.FLOAT, None)],
            [numpy_helper.from_array(array, name) for name, array in weights.items()])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 8
        return onnx.shape_inference.infer_shapes(model)


def residual():
    """As ResNet: the stream's channels go together in all layers that add to it."""
    net = Network("residual", [2, 3, 10, 12])
    stream = net.unary("Relu", net.conv(net.input, 32, 3))
    for _ in range(2):
        inner = net.unary("Relu", net.conv(stream, 16, 3))
        stream = net.unary("Relu", net.sum(net.conv(inner, 32, 1), stream))
    return net, net.head(stream)


def concats():
    """As DenseNet: each layer reads all before it."""
    net = Network("concats", [1, 3, 9, 9])
    features = net.conv(net.input, 16, 3)
    for _ in range(3):
        grown = net.conv(net.unary("Relu", net.scaled(features)), 8, 3)
        features = net.concat(features, grown)
    return net, net.head(net.unary("Relu", net.scaled(features)))


def depthwise():
    """As MobileNet: wide, depthwise, narrow, with a sum around it."""
    net = Network("depthwise", [1, 3, 12, 12])
    stream = net.conv(net.input, 16, 3)
    for _ in range(2):
        wide = net.unary("Relu", net.conv(stream, 48, 1))
        stream = net.sum(net.conv(net.unary("Relu", net.depthwise(wide)), 16, 1), stream)
    return net, net.head(stream)


def feed_forward():
    """As BERT: the stream comes from outside, the inner channels are free."""
    net = Network("feed_forward", [1, 32])
    stream = net.input
    for _ in range(2):
        inner = net.unary("Tanh", net.dense(stream, 64))
        stream = net.sum(net.dense(inner, 32, free=False), stream)
    return net, stream



def check(mdc, folder, made, scope):
    net, output = made
    home = folder / f"{net.name}-{scope}"
    home.mkdir()
    onnx.save(net.model(output, net.weights), home / "model.onnx")
    binary.write_spec(home, net.name, "model.onnx", isa=["v3"])
    with open(home / "deploy.toml", "a", encoding="utf-8") as spec:
        spec.write(PRUNE.format(scope=scope))
    code, text = binary.run_mdc(mdc, home, ["build"], 300)
    if code != 0:
        raise binary.BuildError(text)
    x = np.random.default_rng(3).standard_normal(net.shape).astype(np.float32)
    actual = binary.infer(home / "dist" / "cpu" / net.name, {"x": x})
    zeroed, dense = (
        reference.answers(net.model(output, weights).SerializeToString())({"x": x})
        for weights in (net.zeroed, net.weights))
    problem = tensors.outputs_problem(actual, zeroed, BOUND)
    # the test would say nothing if the removed channels gave nothing
    if not problem and tensors.relative_error(dense[output[0]], zeroed[output[0]]) < 100 * BOUND:
        problem = "the dense graph computes the same"
    return problem


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mdc", required=True, type=pathlib.Path)
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    options = parser.parse_args()
    mdc, failed = options.mdc.resolve(), False
    for make in (residual, concats, depthwise, feed_forward):
        for scope in ("global", "layer"):
            problem = check(mdc, options.folder, make(), scope)
            print(f"{make.__name__}, {scope}: {problem or 'equal'}")
            failed |= problem is not None
    sys.exit(failed)


if __name__ == "__main__":
    main()
