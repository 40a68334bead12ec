"""How a value test is written down: ops, arrays that are fed, arrays that are constants."""

import numpy as np
from conformance.cases import Case
from onnx import TensorProto, helper, numpy_helper, parser

OPSET, IR_VERSION = 17, 8


class Constant:
    """An operand that the graph holds as an initializer."""

    def __init__(self, array):
        self.array = np.asarray(array)


def values(*shape, seed=0, low=-1.0, high=1.0, dtype=np.float32):
    """Seeded numbers, uniform over [low, high)."""
    random = np.random.default_rng(seed + sum(shape))
    return random.uniform(low, high, shape).astype(dtype)


def integers(*shape, low=0, high=10, seed=0, dtype=np.int64):
    return np.random.default_rng(seed + sum(shape)).integers(low, high, shape).astype(dtype)


def weights(*shape, seed=1):
    """A constant whose values keep sums over all but its first axis near 1."""
    scale = max(np.prod(shape[1:]), 1) ** -0.5
    return Constant(values(*shape, seed=seed) * np.float32(scale))


def shape_of(*extents):
    return Constant(np.array(extents, np.int64))


def case(name, op, operands, outputs=1, opset=OPSET, **attributes):
    """(Case, arrays by name) of one op; `operands` are arrays that are fed, Constants or None."""
    names = [f"x{index}" if operand is not None else "" for index, operand in enumerate(operands)]
    made = [f"y{index}" for index in range(outputs)]
    node = helper.make_node(op, names, made, name=op, **attributes)
    named = {label: operand for label, operand in zip(names, operands) if label}
    return _case(name, [node], named, made, opset)


def chain(name, nodes, opset=OPSET, **operands):
    """The same of several ops, in ONNX's text form (`y = Softmax <axis = 1> (x)`); the last one's
    results are the outputs."""
    parsed = [parser.parse_node(text) for text in nodes]
    for number, node in enumerate(parsed):
        node.name = f"{node.op_type}_{number}"
    return _case(name, parsed, operands, list(parsed[-1].output), opset)


def _case(name, nodes, operands, made, opset):
    inputs, initializers, arrays = [], [], {}
    for label, operand in operands.items():
        if isinstance(operand, Constant):
            initializers.append(numpy_helper.from_array(operand.array, label))
        else:
            element = helper.np_dtype_to_tensor_dtype(operand.dtype)
            inputs.append(helper.make_tensor_value_info(label, element, operand.shape))
            arrays[label] = np.asarray(operand)
    graph = helper.make_graph(
        nodes, name, inputs,
        # the type and shape are the compiler's to infer
        [helper.make_tensor_value_info(label, TensorProto.UNDEFINED, None) for label in made],
        initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = IR_VERSION
    ops = {("", node.op_type) for node in nodes}
    return Case(name, None, model, ops, list(arrays), made, []), arrays
