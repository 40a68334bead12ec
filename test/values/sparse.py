"""Weights of mostly zeros, which are stored and multiplied sparse."""

import numpy as np
from values.cases import Constant, case, values, weights


def blocks(outputs, depth, density, seed=5):
    """[outputs, depth] where groups of 16 outputs are zero together at a depth position."""
    random = np.random.default_rng(seed)
    kept = random.random(((outputs + 15) // 16, depth)) < density
    return np.repeat(kept, 16, axis=0)[:outputs]


def singles(outputs, depth, density, seed=6):
    return np.random.default_rng(seed).random((outputs, depth)) < density


def product(name, rows, depth, columns, kept, transposed=False, extra=()):
    dense = weights(depth, columns).array * kept.T
    operands = [values(*rows, depth), Constant(dense.T.copy() if transposed else dense), *extra]
    op = "Gemm" if transposed or extra else "MatMul"
    return case(f"{name} {'x'.join(map(str, rows))}x{depth}x{columns}", op, operands,
                **({"transB": 1} if transposed else {}))


def convolution(name, image, kernel, density, **attributes):
    depth = int(np.prod(kernel[1:]))
    kept = blocks(kernel[0], depth, density).reshape(kernel)
    return case(f"sparse conv {name}", "Conv",
                [values(*image), Constant(weights(*kernel).array * kept),
                 weights(kernel[0], seed=2)], **attributes)


def alone(name, image, kernel, density, **attributes):
    """A convolution whose single weights are multiplied alone."""
    kept = singles(kernel[0], int(np.prod(kernel[1:])), density).reshape(kernel)
    return case(f"single weights, conv {name}", "Conv",
                [values(*image), Constant(weights(*kernel).array * kept),
                 weights(kernel[0], seed=2)], **attributes)


def scattered(name, image, kernel, density, **attributes):
    """A convolution that has lost single weights: too few for lists, enough to leave out zeros."""
    kept = singles(kernel[0], int(np.prod(kernel[1:])), density).reshape(kernel)
    return case(f"conv without zeros, {name}", "Conv",
                [values(*image), Constant(weights(*kernel).array * kept),
                 weights(kernel[0], seed=2)], **attributes)


CASES = [
    *[product("blocks", rows, depth, columns, blocks(columns, depth, 0.2))
      for rows, depth, columns in [((1,), 768, 96), ((128,), 768, 96), ((37,), 300, 100),
                                   ((5,), 13, 33), ((2, 9), 70, 50), ((129,), 257, 48),
                                   ((3,), 64, 10)]],
    product("blocks, transposed", (19,), 200, 70, blocks(70, 200, 0.2), transposed=True),
    product("blocks with a bias", (19,), 200, 70, blocks(70, 200, 0.2),
            extra=[weights(70, seed=3)]),
    *[product("single weights", rows, depth, columns, singles(columns, depth, 0.1))
      for rows, depth, columns in [((128,), 768, 96), ((37,), 300, 100), ((16,), 11, 33),
                                   ((2, 19), 70, 50), ((129,), 257, 48)]],
    *[product("single weights of few rows", rows, 768, 96, singles(96, 768, 0.04))
      for rows in [(8,), (16,), (17,), (49,)]],
    product("single weights, transposed", (40,), 200, 70, singles(70, 200, 0.1), transposed=True),
    product("nothing but zeros", (20,), 64, 64, np.zeros((64, 64), bool)),
    convolution("1x1", (1, 64, 14, 14), (128, 64, 1, 1), 0.2),
    convolution("1x1 of odd channels", (2, 19, 7, 9), (23, 19, 1, 1), 0.3),
    convolution("3x3 padded", (1, 32, 14, 14), (64, 32, 3, 3), 0.2, pads=[1, 1, 1, 1]),
    convolution("3x3 with stride", (2, 16, 29, 31), (40, 16, 3, 3), 0.2, pads=[1, 1, 1, 1],
                strides=[2, 2]),
    convolution("3x3 dilated", (1, 16, 19, 21), (16, 16, 3, 3), 0.2, pads=[2, 2, 2, 2],
                dilations=[2, 2]),
    convolution("of few outputs", (1, 16, 9, 9), (8, 16, 3, 3), 0.4, pads=[1, 1, 1, 1]),
    convolution("grouped", (1, 32, 11, 11), (64, 8, 3, 3), 0.2, group=4, pads=[1, 1, 1, 1]),
    convolution("stem", (1, 3, 33, 35), (32, 3, 7, 7), 0.2, pads=[3, 3, 3, 3], strides=[2, 2]),
    convolution("of one dimension", (2, 12, 37), (20, 12, 5), 0.2, pads=[2, 2]),
    alone("1x1", (1, 128, 14, 14), (128, 128, 1, 1), 0.1),
    alone("1x1 of odd channels", (2, 83, 17, 19), (101, 83, 1, 1), 0.1),
    alone("1x1 with stride", (1, 128, 28, 27), (96, 128, 1, 1), 0.1, strides=[2, 2]),
    alone("3x3", (1, 48, 7, 7), (64, 48, 3, 3), 0.1, pads=[1, 1, 1, 1]),
    alone("3x3 of odd channels", (2, 70, 13, 11), (45, 70, 3, 3), 0.1, pads=[1, 1, 1, 1]),
    alone("3x3 without border", (1, 64, 30, 9), (64, 64, 3, 3), 0.1),
    alone("3x3 with stride", (1, 64, 29, 31), (64, 64, 3, 3), 0.1, pads=[1, 1, 1, 1],
          strides=[2, 2]),
    alone("3x5 with strides", (1, 64, 31, 40), (64, 64, 3, 5), 0.05, pads=[0, 2, 1, 1],
          strides=[1, 3]),
    alone("3x3 dilated", (1, 64, 19, 21), (64, 64, 3, 3), 0.1, pads=[2, 2, 2, 2],
          dilations=[2, 2]),
    alone("3x3 dilated with stride", (1, 64, 24, 25), (64, 64, 3, 3), 0.05, pads=[3, 3, 3, 3],
          dilations=[3, 3], strides=[2, 2]),
    alone("7x7 of a small picture", (1, 64, 5, 4), (64, 64, 7, 7), 0.02, pads=[3, 3, 3, 3]),
    alone("of one dimension", (2, 96, 137), (80, 96, 5), 0.1, pads=[2, 2]),
    *[product("without zeros", rows, depth, columns, singles(columns, depth, 0.5))
      for rows, depth, columns in [((128,), 768, 96), ((37,), 300, 100), ((26,), 11, 33),
                                   ((2, 19), 70, 50), ((129,), 257, 48)]],
    product("without zeros, transposed", (40,), 200, 70, singles(70, 200, 0.5), transposed=True),
    scattered("1x1", (1, 64, 14, 14), (128, 64, 1, 1), 0.2),
    scattered("1x1 of odd channels", (2, 19, 7, 9), (23, 19, 1, 1), 0.3),
    scattered("3x3 padded", (1, 32, 14, 14), (64, 32, 3, 3), 0.5, pads=[1, 1, 1, 1]),
    scattered("3x3 with stride", (2, 16, 29, 31), (40, 16, 3, 3), 0.2, pads=[1, 1, 1, 1],
              strides=[2, 2]),
    scattered("grouped", (1, 32, 11, 11), (64, 8, 3, 3), 0.2, group=4, pads=[1, 1, 1, 1]),
    scattered("grouped in blocks", (1, 32, 11, 11), (64, 16, 3, 3), 0.2, group=2,
              pads=[1, 1, 1, 1]),
    scattered("stem", (1, 3, 33, 35), (32, 3, 7, 7), 0.2, pads=[3, 3, 3, 3], strides=[2, 2]),
    scattered("of one dimension", (2, 12, 137), (20, 12, 5), 0.5, pads=[2, 2]),
]
