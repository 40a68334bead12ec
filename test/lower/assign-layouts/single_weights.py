"""Prints functions whose constants hold one weight in `every`, in no groups of 16 outputs."""

import numpy as np


def constant(name, shape, every):
    """A constant of `shape` as MLIR; its weights that are not zero lie apart."""
    weights = np.zeros(shape, np.float32)
    flat = weights.reshape(-1)
    flat[::every] = 1
    text = weights.tobytes().hex().upper()
    kind = "x".join(map(str, shape)) + "xf32"
    return f'  %{name} = graph.constant dense<"0x{text}"> : tensor<{kind}>\n'


def product(name, rows, depth, columns, every):
    x, w, y = f"{rows}x{depth}xf32", f"{depth}x{columns}xf32", f"{rows}x{columns}xf32"
    return (f"func.func @{name}(%x: tensor<{x}>) -> tensor<{y}> {{\n"
            + constant("w", (depth, columns), every)
            + f"  %y = graph.matmul %x, %w : tensor<{x}>, tensor<{w}>\n"
            f"  return %y : tensor<{y}>\n}}")


def convolution(name, channels, pixels, stride, every, groups=1):
    out = (pixels - 1) // stride + 1
    x, y = f"1x{channels}x{pixels}x{pixels}xf32", f"1x{channels}x{out}x{out}xf32"
    shape = (channels, channels // groups, 3, 3)
    return (f"func.func @{name}(%x: tensor<{x}>) -> tensor<{y}> {{\n"
            + constant("w", shape, every)
            + f"  %y = graph.conv %x, %w strides [{stride}, {stride}] pads [1, 1, 1, 1] "
            f"dilations [1, 1] groups {groups} : tensor<{x}>, "
            f"tensor<{'x'.join(map(str, shape))}xf32>\n"
            f"  return %y : tensor<{y}>\n}}")


print(product("rows", 64, 192, 64, every=11))
print(product("few_rows", 8, 192, 64, every=5))
print(product("many_weights", 64, 192, 64, every=2))
print(convolution("window", 64, 14, 1, every=11))
print(convolution("stride", 64, 14, 2, every=11))
print(convolution("groups", 64, 14, 1, every=11, groups=4))
print(convolution("large_picture", 16, 600, 1, every=11))
