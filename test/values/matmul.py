"""Matrix products at extents that are no multiple of any tile, with constants on either side."""

import numpy as np
from values.cases import Constant, case, integers, shape_of, values, weights


def square(rows, depth, columns):
    name = f"matmul {rows}x{depth}x{columns}"
    return [case(f"{name} by a constant", "MatMul", [values(rows, depth), weights(depth, columns)]),
            case(f"{name} of two inputs", "MatMul", [values(rows, depth), values(depth, columns)])]


def of_bytes(name, rows, weight, row_zero_point, weight_zero_point):
    """Exact sums of integers less their zero points."""
    return case(f"matmul of bytes {name}", "MatMulInteger",
                [rows, Constant(weight), Constant(row_zero_point), Constant(weight_zero_point)])


def bytes_of(*shape, signed=False, seed=0):
    low, high, dtype = (-128, 128, np.int8) if signed else (0, 256, np.uint8)
    return integers(*shape, low=low, high=high, seed=seed, dtype=dtype)


CASES = [
    *square(1, 1, 1), *square(1, 768, 768), *square(3, 129, 65), *square(7, 17, 5),
    *square(37, 1, 41), *square(5, 130, 1),
    *square(13, 64, 31), *square(37, 300, 100), *square(64, 64, 64), *square(129, 257, 33),
    # panels deeper than the cache: partial sums between blocks of the depth
    *square(5, 2051, 65), *square(301, 1800, 50),
    case("matmul of a batch by a constant", "MatMul", [values(2, 9, 70), weights(70, 50)]),
    case("matmul of batches", "MatMul", [values(3, 4, 11, 19), values(3, 4, 19, 23)]),
    case("matmul of a broadcast batch", "MatMul", [values(3, 1, 11, 19), values(4, 19, 23)]),
    case("matmul of columns by rows", "MatMul", [values(2, 33, 1), values(2, 1, 40)]),
    case("matmul of single numbers by rows", "MatMul", [values(9, 1, 1), values(9, 1, 21)]),
    case("matmul of a constant column by a row", "MatMul", [Constant(values(1, 32, 1)),
                                                         values(1, 1, 50)]),
    case("matmul of a vector", "MatMul", [values(70), values(70, 33)]),
    case("matmul by a vector", "MatMul", [values(5, 70), values(70)]),
    case("matmul of a constant on the left", "MatMul", [weights(40, 60), values(60, 31)]),
    of_bytes("by signed ones", bytes_of(5, 70), bytes_of(70, 33, signed=True, seed=1),
             np.uint8(7), np.int8(0)),
    of_bytes("by a zero point of a column", bytes_of(13, 37),
             bytes_of(37, 20, signed=True, seed=1), np.uint8(130),
             np.zeros(20, np.int8)),
    of_bytes("whose weights reach beyond i8", bytes_of(2, 9, 66), bytes_of(66, 50, seed=1),
             np.uint8(255), np.uint8(40)),
    of_bytes("of many rows", bytes_of(75, 301), bytes_of(301, 50, signed=True, seed=1),
             np.uint8(7), np.int8(0)),
    of_bytes("in blocks of the depth", bytes_of(17, 4103), bytes_of(4103, 70, signed=True, seed=1),
             np.uint8(3), np.int8(0)),
    case("gemm", "Gemm", [values(5, 33), weights(33, 47), weights(47, seed=3)]),
    case("gemm, second transposed", "Gemm", [values(5, 33), weights(47, 33), weights(47, seed=3)],
         transB=1),
    case("gemm, first transposed, scaled", "Gemm", [values(33, 5), weights(33, 47), values(5, 1)],
         transA=1, alpha=0.5, beta=2.0),
    case("gemm of two inputs, no bias", "Gemm", [values(19, 33), values(47, 33)], transB=1),
    case("einsum of attention scores", "Einsum", [values(2, 7, 3, 16), values(2, 9, 3, 16)],
         equation="bihd,bjhd->bhij"),
    case("einsum of broadcast batches", "Einsum", [values(2, 1, 7, 9), values(1, 3, 9, 5)],
         equation="...ij,...jk->...ik"),
    case("attention of two heads", "Attention",
         [values(1, 2, 70, 40), values(1, 2, 90, 40), values(1, 2, 90, 24), values(70, 90)],
         opset=23),
    case("attention of heads of one number", "Attention",
         [values(1, 2, 70, 1), values(1, 2, 90, 1), values(1, 2, 90, 1)], opset=23),
    case("attention of large heads", "Attention",
         [values(2, 1, 9, 130), values(2, 1, 33, 130), values(2, 1, 33, 140)], opset=23),
    case("expand to a batch", "Expand", [values(3, 1), shape_of(2, 1, 6)]),
]
