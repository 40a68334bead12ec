"""Matrix products at extents that are no multiple of any tile, with constants on either side."""

from values.cases import case, shape_of, values, weights


def square(rows, depth, columns):
    name = f"matmul {rows}x{depth}x{columns}"
    return [case(f"{name} by a constant", "MatMul", [values(rows, depth), weights(depth, columns)]),
            case(f"{name} of two inputs", "MatMul", [values(rows, depth), values(depth, columns)])]


CASES = [
    *square(1, 1, 1), *square(1, 768, 768), *square(3, 129, 65), *square(7, 17, 5),
    *square(13, 64, 31), *square(37, 300, 100), *square(64, 64, 64), *square(129, 257, 33),
    case("matmul of a batch by a constant", "MatMul", [values(2, 9, 70), weights(70, 50)]),
    case("matmul of batches", "MatMul", [values(3, 4, 11, 19), values(3, 4, 19, 23)]),
    case("matmul of a broadcast batch", "MatMul", [values(3, 1, 11, 19), values(4, 19, 23)]),
    case("matmul of a vector", "MatMul", [values(70), values(70, 33)]),
    case("matmul by a vector", "MatMul", [values(5, 70), values(70)]),
    case("matmul of a constant on the left", "MatMul", [weights(40, 60), values(60, 31)]),
    case("gemm", "Gemm", [values(5, 33), weights(33, 47), weights(47, seed=3)]),
    case("gemm, second transposed", "Gemm", [values(5, 33), weights(47, 33), weights(47, seed=3)],
         transB=1),
    case("gemm, first transposed, scaled", "Gemm", [values(33, 5), weights(33, 47), values(5, 1)],
         transA=1, alpha=0.5, beta=2.0),
    case("gemm of two inputs, no bias", "Gemm", [values(19, 33), values(47, 33)], transB=1),
    case("einsum of attention scores", "Einsum", [values(2, 7, 3, 16), values(2, 9, 3, 16)],
         equation="bihd,bjhd->bhij"),
    case("transposed convolution", "ConvTranspose", [values(1, 9, 7, 8), weights(9, 11, 3, 3)],
         strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1]),
    case("expand to a batch", "Expand", [values(3, 1), shape_of(2, 1, 6)]),
]
