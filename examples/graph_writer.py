"""Writes ONNX graphs with seeded random weights: what the examples' make.py scripts build on."""

import argparse

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8


class GraphWriter:
    """Collects nodes and initializers in order; every value gets the name of the node that makes
    it. `period`: random weights repeat after so many elements, so that what holds them packs well;
    what would scale a channel alone is 1 then."""

    def __init__(self, name, seed, period=None):
        self.name = name
        self.period = period
        self.random = np.random.default_rng(seed)
        self.nodes, self.initializers, self.inputs, self.outputs = [], [], [], []
        self.counts = {}

    def input(self, name, shape, element=TensorProto.FLOAT):
        self.inputs.append(helper.make_tensor_value_info(name, element, shape))
        return name

    def output(self, name, shape, element=TensorProto.FLOAT):
        self.outputs.append(helper.make_tensor_value_info(name, element, shape))

    def constant(self, name, array):
        self.initializers.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def drawn(self, shape, draw):
        """`draw(count)` as an array of the shape."""
        count = int(np.prod(shape))
        values = draw(min(count, self.period or count)).astype(np.float32)
        return np.resize(values, shape)

    def normal(self, name, shape, deviation):
        values = self.drawn(shape, lambda count: self.random.standard_normal(count, np.float32))
        return self.constant(name, values * np.float32(deviation))

    def uniform(self, name, shape, low, high):
        values = self.drawn(shape, lambda count: self.random.uniform(low, high, count))
        return self.constant(name, values)

    def node(self, op, inputs, name=None, output=None, **attributes):
        if name is None:
            self.counts[op] = self.counts.get(op, 0) + 1
            name = f"{op.lower()}_{self.counts[op]}"
        output = output or name
        self.nodes.append(helper.make_node(op, inputs, [output], name=name, **attributes))
        return output

    def convolution(self, name, x, channels, kernel, stride=1, groups=1, gain=2.0):
        """A convolution with a batch normalization behind it, as training frameworks export them.
        `channels` is (in, out). He-like deviation: activations keep their scale in any depth."""
        inside, outside = channels
        fan_in = inside // groups * kernel * kernel
        shape = (outside, inside // groups, kernel, kernel)
        weight = self.normal(f"{name}.weight", shape, np.sqrt(gain / fan_in))
        pad = kernel // 2
        y = self.node("Conv", [x, weight], name, kernel_shape=[kernel, kernel], group=groups,
                      strides=[stride, stride], pads=[pad, pad, pad, pad])
        return self.batch_norm(f"{name}.norm", y, outside)

    def batch_norm(self, name, x, channels):
        scale = (1, 1) if self.period else (0.8, 1.2)
        parts = [
            self.uniform(f"{name}.scale", (channels,), *scale),
            self.uniform(f"{name}.bias", (channels,), -0.2, 0.2),
            self.uniform(f"{name}.mean", (channels,), -0.2, 0.2),
            self.uniform(f"{name}.variance", (channels,), *scale),
        ]
        return self.node("BatchNormalization", [x, *parts], name, epsilon=1e-5)

    def dense(self, name, x, rows, columns, gain=1.0):
        """x [.., rows] times a weight [rows, columns] plus a bias."""
        weight = self.normal(f"{name}.weight", (rows, columns), np.sqrt(gain / rows))
        bias = self.uniform(f"{name}.bias", (columns,), -0.1, 0.1)
        y = self.node("MatMul", [x, weight], f"{name}.matmul")
        return self.node("Add", [y, bias], name)

    def classifier(self, x, channels, classes):
        """The head of a picture network: the mean of each channel, then a score for each class."""
        x = self.node("GlobalAveragePool", [x], "pool")
        x = self.node("Flatten", [x], "flatten", axis=1)
        weight = self.normal("classifier.weight", (classes, channels), 1 / channels**0.5)
        bias = self.uniform("classifier.bias", (classes,), -0.1, 0.1)
        self.node("Gemm", [x, weight, bias], "classifier", "logits", transB=1)
        self.output("logits", ["batch", classes])

    def model(self):
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs,
                                  self.initializers)
        model = helper.make_model(graph, producer_name="mdc-examples",
                                  opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        return model

    def save(self, path):
        model = self.model()
        onnx.checker.check_model(model)
        onnx.save(model, path)
        print(f"wrote {path}: {len(self.nodes)} nodes, {model.ByteSize() / 1e6:.1f} MB")


def save_as_asked(make, description, output, seed):
    """The command line of a script that writes the graph of `make(seed, period)`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--output", default=output)
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument("--period", type=int, help="elements after which weights repeat")
    arguments = parser.parse_args()
    make(arguments.seed, arguments.period).save(arguments.output)
