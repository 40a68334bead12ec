"""Several ops that become one kernel, or that others replace."""

import numpy as np
from values.cases import Constant, chain, integers, values, weights

MOMENTS = ["mean = ReduceMean <keepdims = 0> (x)", "apart = Sub (x, mean)",
           "square = Mul (apart, apart)", "variance = ReduceMean <keepdims = 0> (square)",
           "deviation = Sqrt (variance)", "y = Div (apart, deviation)"]


def by_the_gate(name, image, kernel, **attributes):
    """A convolution times a number for each channel of each picture, between others."""
    text = ", ".join(f"{key} = {value}" for key, value in attributes.items())
    conv = f"c = Conv <{text}> (a, w)" if text else "c = Conv (a, w)"
    channels = image[1]
    return chain(f"{name} by a gate of odd channels",
                 ["a = Conv (x, before)", conv, "m = Mul (c, gate)", "y = Conv (m, behind)"],
                 x=values(*image), before=weights(channels, channels, 1, 1), w=weights(*kernel),
                 gate=values(image[0], kernel[0], 1, 1), behind=weights(8, kernel[0], 1, 1))


CASES = [
    chain("standardized by all elements", MOMENTS, x=values(7, 31)),
    chain("standardized line", MOMENTS, x=values(1001)),
    chain("standardized short line", MOMENTS, x=values(7)),
    chain("curves before and behind a transpose",
          ["e = Erf (x)", "t = Transpose <perm = [0, 2, 1]> (e)", "s = Sigmoid (t)",
           "y = Mul (t, s)"], x=values(2, 37, 21)),
    chain("curves before and behind a transpose of runs",
          ["e = Erf (x)", "t = Transpose <perm = [0, 2, 3, 1]> (e)", "s = Sigmoid (t)",
           "p = Mul (t, s)", "y = Mul (p, scale)"], x=values(2, 20, 3, 24), scale=values(20)),
    chain("a curve behind a transpose of f64",
          ["t = Transpose <perm = [1, 0]> (x)", "s = Sin (t)", "y = Mul (t, s)"],
          x=values(33, 18).astype(np.float64)),
    chain("difference of two sums", ["a = ReduceSum <keepdims = 0> (x)",
                                     "b = ReduceMax <keepdims = 0> (x)", "y = Sub (a, b)"],
          x=values(9, 33)),
    # small weights: ONNX Runtime makes one op of these, of which pairs of products saturate
    chain("quantized by its own range",
          ["q, scale, zero = DynamicQuantizeLinear (x)", "sum = MatMulInteger (q, w, zero)",
           "number = Cast <to = 1> (sum)", "both = Mul (scale, scale_of_w)",
           "y = Mul (number, both)"],
          x=values(5, 70), w=Constant(integers(70, 33, low=-63, high=64, dtype=np.int8)),
          scale_of_w=Constant(np.float32(0.01))),
    # integers, so that sums are exact on any machine
    chain("product turned and cast twice",
          ["m = MatMul (x, w)", "turned = Transpose <perm = [1, 0, 2]> (m)",
           "whole = Cast <to = 6> (turned)", "y = Cast <to = 7> (whole)"],
          x=integers(3, 7, 17, low=-3, high=4, dtype=np.float32),
          w=Constant(integers(17, 5, low=-3, high=4, dtype=np.float32))),
    chain("transpose and sum", ["turned = Transpose <perm = [0, 2, 1]> (x)",
                                "sum = Add (turned, y)", "z = Mul (sum, scale)"],
          x=values(2, 40, 23), y=values(2, 23, 40), scale=values(40)),
    chain("softmax of f64 cast to f32", ["s = Softmax <axis = -1> (x)", "y = Cast <to = 1> (s)"],
          x=values(5, 37, dtype=np.float64)),
    chain("function of f64 behind a convolution",
          ["c = Conv (x, w)", "wide = Cast <to = 11> (c)", "e = Exp (wide)",
           "narrow = Cast <to = 1> (e)", "y = Conv (narrow, behind)"],
          x=values(2, 8, 6, 7), w=weights(16, 8, 1, 1), behind=weights(8, 16, 1, 1)),
    by_the_gate("convolution", (2, 3, 9, 11), (21, 3, 3, 3)),
    by_the_gate("pointwise convolution", (3, 8, 5, 7), (21, 8, 1, 1)),
    by_the_gate("depthwise convolution", (2, 19, 9, 11), (19, 1, 3, 3), group=19),
]
