"""Elementwise math over its whole range, and every way of broadcasting."""

import numpy as np
from ml_dtypes import bfloat16
from onnx import TensorProto
from values.cases import Constant, case, integers, values

# op -> the range that is sampled
UNARY = {"Abs": (-9, 9), "Neg": (-9, 9), "Exp": (-80, 80), "Log": (1e-6, 1e6), "Sqrt": (0, 1e6),
         "Tanh": (-12, 12), "Sigmoid": (-40, 40), "Erf": (-5, 5), "Sin": (-9000, 9000),
         "Cos": (-9000, 9000), "Tan": (-1.5, 1.5), "Atan": (-9, 9), "Asin": (-1, 1),
         "Acos": (-1, 1), "Sinh": (-9, 9), "Cosh": (-9, 9), "Asinh": (-9, 9), "Acosh": (1, 90),
         "Atanh": (-0.99, 0.99),
         "Relu": (-9, 9), "LeakyRelu": (-9, 9), "Elu": (-9, 9), "Selu": (-9, 9), "Celu": (-9, 9),
         "Softplus": (-40, 40), "Softsign": (-9, 9), "HardSigmoid": (-9, 9),
         "HardSwish": (-9, 9), "Ceil": (-9, 9), "Floor": (-9, 9), "Round": (-9, 9),
         "Sign": (-9, 9), "Reciprocal": (0.1, 9)}
BROADCASTS = {"equal": ((3, 5, 37), (3, 5, 37)), "by a scalar": ((3, 5, 37), ()),
              "by a row": ((3, 5, 37), (37,)), "by a column": ((3, 5, 37), (5, 1)),
              "both ways": ((3, 1, 37), (5, 1)), "of a scalar by a tensor": ((), (4, 19))}
SPECIAL = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1e-40, -1e-40, 3e38, 1.0, -1.0] * 2,
                   np.float32)
# Far from where a formula with squares or differences is exact.
LARGE = np.array([1e4, -1e4, 1e19, -1e19, 1e30, -1e30, 3e38, -3e38, np.inf, -np.inf, np.nan],
                 np.float32)
TINY = np.array([0.0, -0.0, 1e-30, -1e-30, 1e-8, -1e-8, 1e-6, -1e-6, 1e-4, -1e-4], np.float32)
# Halfway between two neighbours of bfloat16, and what overflows or is lost.
ROUNDED = [1 + 2**-8, 1 + 3 * 2**-8, -1 - 2**-8, 1 + 2**-8 + 2**-20, 3.4e38, -3.4e38, 1e-40, -1e-40,
           np.inf, -np.inf, np.nan, 0.0, -0.0]

CASES = [
    *(case(f"{op} over its range", op, [values(1003, low=low, high=high)])
      for op, (low, high) in UNARY.items()),
    *(case(f"{op} of special values", op, [SPECIAL])
      for op in ("Exp", "Tanh", "Sigmoid", "Relu", "Sqrt", "Floor", "Abs", "Neg")),
    # ONNX Runtime's erf of NaN is 1, so it is no reference there
    case("Erf of special values", "Erf", [SPECIAL[~np.isnan(SPECIAL)]]),
    *(case(f"{op} {what}", op, [values(*a, seed=1), values(*b, seed=2) + np.float32(2)])
      for op in ("Add", "Sub", "Mul", "Div") for what, (a, b) in BROADCASTS.items()),
    case("power by a constant", "Pow", [values(99, low=0.1, high=3), Constant(np.float32(2.5))]),
    *(case(f"negative bases to the power {exponent}", "Pow",
           [values(99, low=-3, high=3), Constant(np.float32(exponent))])
      for exponent in (-2, -1, 0, 0.5, 1, 3, 4, 2.5, 17)),
    case("negative bases to many powers", "Pow",
         [values(99, low=-3, high=3), integers(99, low=-4, high=5).astype(np.float32)]),
    case("negative bases to powers with fractions", "Pow",
         [values(99, low=-3, high=3), values(99, low=-3, high=3, seed=2)]),
    case("special bases to many powers", "Pow",
         [SPECIAL[:, None], np.float32([-3, -2, -1, -0.5, 0, 0.5, 1, 2, 3, 4])]),
    case("integers to an integer power", "Pow",
         [integers(50, low=-9, high=9), Constant(np.int64(3))]),
    case("square", "Pow", [values(99), Constant(np.float32(2))]),
    case("clip", "Clip", [values(99, low=-9, high=9), Constant(np.float32(0)),
                          Constant(np.float32(6))]),
    case("parametric relu", "PRelu", [values(2, 5, 7), Constant(values(5, 1))]),
    case("where", "Where", [values(7, 33) > 0, values(7, 33, seed=2), values(33)]),
    *(case(op, op, [integers(4, 33, high=3), integers(33, high=3, seed=2)])
      for op in ("Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual")),
    case("and", "And", [values(4, 33) > 0, values(33) > 0]),
    case("not", "Not", [values(4, 33) > 0]),
    case("remainder", "Mod", [integers(50, low=-9, high=9), integers(50, low=1, high=5)]),
    *(case(f"remainder of {numbers.__name__} by {what} ones", "Mod",
           [values(999, low=-1e4, high=1e4, dtype=numbers),
            values(999, low=low, high=high, seed=1, dtype=numbers)], fmod=1)
      for numbers in (np.float32, np.float64)
      for what, low, high in (("near", -3e3, 3e3), ("far smaller", 1e-6, 2e-6))),
    case("square root of a number", "Sqrt", [np.float32(2)]),
    case("division of integers", "Div", [integers(50, low=-99, high=99),
                                         integers(50, low=1, high=9)]),
    case("largest of three", "Max", [values(7, 33), values(33), values(7, 1)]),
    case("sum of three", "Sum", [values(7, 33), values(33), values(7, 1)]),
    *(case(f"cast of float to {name}", "Cast", [values(67, low=0, high=99)],
           to=TensorProto.DataType.Value(name))
      for name in ("INT64", "INT32", "UINT8", "BOOL", "FLOAT16", "DOUBLE")),
    case("cast of an integer to float", "Cast", [integers(67, low=-999, high=999)],
         to=TensorProto.FLOAT),
    *(case(f"{op} of {'large' if x is LARGE else 'tiny'} values", op, [x])
      for op, all_of in (("Asinh", (LARGE, TINY)), ("Atan", (LARGE, TINY)), ("Tanh", (LARGE, TINY)),
                         ("Sinh", (TINY,)), ("Tan", (TINY,)), ("Asin", (TINY,)), ("Atanh", (TINY,)),
                         ("Erf", (TINY,)), ("Sin", (TINY,)))
      for x in all_of),
    case("Sinh near its end", "Sinh", [values(33, low=-89.4, high=89.4)]),
    case("Atanh near 1", "Atanh", [np.float32([1, -1, 0.999999, -0.999999, 1.5, -2, np.nan])]),
    case("Acosh below 1", "Acosh", [np.float32([0.5, 0, -0.5, -3, -1e9, np.nan, -np.inf, 1])]),
    case("Acosh of large values", "Acosh", [np.abs(LARGE)]),
    case("Acosh near 1", "Acosh", [np.float32(1) + np.abs(values(33)) * np.float32(1e-3)]),
    case("is nan", "IsNaN", [SPECIAL]),
    *(case(f"{op} of f64", op, [values(67, low=low, high=high, dtype=np.float64)])
      for op, low, high in (("Exp", -9, 9), ("Log", 1e-9, 9), ("Sin", -99, 99), ("Cos", -99, 99),
                            ("Tanh", -9, 9), ("Sigmoid", -9, 9), ("Softmax", -9, 9),
                            ("Asin", -1, 1), ("Acos", -1, 1), ("Atan", -99, 99))),
    case("powers of f64", "Pow", [values(67, low=0, high=9, dtype=np.float64),
                                  values(67, low=-9, high=9, dtype=np.float64)]),
    *(case(f"bfloat16 from {x.dtype}", "Cast", [x], to=TensorProto.BFLOAT16)
      for x in (values(67, low=-99, high=99), np.float32(ROUNDED), integers(67, low=-999, high=999),
                values(67) > 0, values(67).astype(np.float16), values(67).astype(np.float64))),
    *(case(f"bfloat16 to {name}", "Cast", [values(67, low=0, high=99).astype(bfloat16)],
           to=TensorProto.DataType.Value(name))
      for name in ("FLOAT", "FLOAT16", "DOUBLE", "INT64", "INT32", "UINT8", "BOOL")),
]
