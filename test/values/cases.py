"""How a value test is written down: one op, arrays that are fed, arrays that are constants."""

import numpy as np
from conformance.cases import Case
from onnx import TensorProto, helper, numpy_helper

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
    names, inputs, initializers, arrays = [], [], [], {}
    for index, operand in enumerate(operands):
        label = f"x{index}" if operand is not None else ""
        names.append(label)
        if isinstance(operand, Constant):
            initializers.append(numpy_helper.from_array(operand.array, label))
        elif operand is not None:
            element = helper.np_dtype_to_tensor_dtype(operand.dtype)
            inputs.append(helper.make_tensor_value_info(label, element, operand.shape))
            arrays[label] = np.asarray(operand)
    made = [f"y{index}" for index in range(outputs)]
    graph = helper.make_graph(
        [helper.make_node(op, names, made, name=op, **attributes)], name, inputs,
        # the type and shape are the compiler's to infer
        [helper.make_tensor_value_info(label, TensorProto.UNDEFINED, None) for label in made],
        initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = IR_VERSION
    return Case(name, None, model, {("", op)}, list(arrays), made, []), arrays
