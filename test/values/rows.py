"""Softmax, norms and reductions: rows shorter and longer than a vector, along any axis."""

import numpy as np
from values.cases import Constant, case, integers, shape_of, values, weights

AXES = {"last": [-1], "first": [0], "middle": [1], "two": [1, 2]}
REDUCTIONS = ["ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2",
              "ReduceSumSquare", "ReduceLogSumExp"]


def norm(rows, width):
    return case(f"layer normalization of {rows}x{width}", "LayerNormalization",
                [values(rows, width), weights(width, seed=2), weights(width, seed=3)], axis=-1)


CASES = [
    *(case(f"running sum along {axis} {form}", "CumSum",
           [values(5, 7, 33), Constant(np.array(axis))], **form)
      for axis in (0, 1, -1)
      for form in ({}, {"exclusive": 1}, {"reverse": 1}, {"exclusive": 1, "reverse": 1})),
    case("running sum of integers", "CumSum", [integers(4, 9, low=-5), Constant(np.array(1))]),
    case("running sum of one", "CumSum", [values(3, 1), Constant(np.array(1))], exclusive=1),
    case("running sum of a vector", "CumSum", [values(37), Constant(np.array([0]))]),
    *(case(f"softmax of {rows}x{width}", "Softmax", [values(rows, width, low=-20, high=20)],
           axis=-1) for rows, width in ((1, 1), (3, 7), (5, 16), (3, 64), (2, 100), (3, 1000))),
    case("softmax along the middle", "Softmax", [values(3, 19, 5, low=-9, high=9)], axis=1),
    case("log softmax", "LogSoftmax", [values(4, 33, low=-9, high=9)], axis=-1),
    case("ReduceLogSumExp of infinities", "ReduceLogSumExp",
         [np.array([[-np.inf, -np.inf], [np.inf, 1], [-np.inf, 1], [np.nan, 1]], np.float32)],
         axes=[1]),
    *(norm(rows, width) for rows, width in ((1, 5), (3, 16), (7, 33), (2, 768))),
    *(case(f"{op} along the {what}", op, [values(5, 9, 35, low=0.5, high=1.5)], axes=axes)
      for op in REDUCTIONS for what, axes in AXES.items()),
    *(case(f"ReduceSum along the {what}", "ReduceSum",
           [values(5, 9, 35), shape_of(*axes)], keepdims=0) for what, axes in AXES.items()),
    *(case(f"{op} along {width}", op, [values(3, width)], axes=[1])
      for op in ("ReduceMax", "ReduceL2") for width in (64, 256)),
    *(case(f"{op} over columns of {shape}", op, [values(*shape, low=0.9, high=1.1)], axes=axes)
      for op in ("ReduceMean", "ReduceMax", "ReduceProd")
      for shape, axes in (((3, 40, 24), [1]), ((50, 8), [0]), ((7, 9, 12), [0, 1]))),
    case("sum of integers", "ReduceSum", [integers(4, 37, low=-99, high=99), shape_of(1)]),
    case("arg max", "ArgMax", [values(4, 37)], axis=-1),
    case("arg min along the first", "ArgMin", [values(37, 5)], axis=0, keepdims=0),
    case("instance normalization", "InstanceNormalization",
         [values(2, 5, 7, 9), weights(5, seed=2), weights(5, seed=3)]),
    case("running sum", "CumSum", [values(3, 21), Constant(integers(high=1) + 1)]),
]
