// Numbers as small integers: value = (integer - zero point) * scale.
#ifndef MDC_GRAPH_QUANTIZE_TD
#define MDC_GRAPH_QUANTIZE_TD
include "dialects/graph/GraphBase.td"

def Graph_QuantizeOp : Graph_Op<"quantize"> {
  let summary = "the nearest integers: round(x / scale) + zero point, saturated";
  let description = [{
    Rounds half to even, as ONNX asks. C1: f32 becomes ui8 or i8 of the same shape. C2: one scale
    and one zero point, or one of each for every index of `axis`. C3: scales are positive, finite
    numbers of f32. C4: zero points are integers that a result can be. C5: `bits` is 8, or 7 of ui8,
    which saturates at 127. Integers that the same parameters dequantized fold to themselves; what
    was quantized and dequantized has lost precision on purpose, and stays.

    ```mlir
    %q = graph.quantize %x scales [0.5] zero_points [3] : tensor<4x8xf32> to tensor<4x8xui8>
    ```
  }];
  let arguments = (ins Graph_Tensor:$input, DenseF64ArrayAttr:$scales,
                       DenseI32ArrayAttr:$zeroPoints, DefaultValuedAttr<I64Attr, "0">:$axis,
                       DefaultValuedAttr<I64Attr, "8">:$bits);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$input `scales` custom<ExactNumbers>($scales) `zero_points` $zeroPoints "
                       "attr-dict `:` type($input) `to` type($result)";
  let extraClassDeclaration = [{
    // The integers that saturation ends at.
    int32_t getLowest();
    int32_t getHighest();
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Graph_DequantizeOp : Graph_Op<"dequantize"> {
  let summary = "the numbers that integers stand for: (x - zero point) * scale";
  let description = [{
    The difference is exact, the product rounded once. C1: ui8, i8 or i32 becomes f32 of the same
    shape. C2 to C4 as for graph.quantize.

    ```mlir
    %w = graph.dequantize %c scales [0.5, 0.25] zero_points [0, 0] {axis = 0 : i64}
        : tensor<2x8xi8> to tensor<2x8xf32>
    ```
  }];
  let arguments = (ins Graph_Tensor:$input, DenseF64ArrayAttr:$scales,
                       DenseI32ArrayAttr:$zeroPoints, DefaultValuedAttr<I64Attr, "0">:$axis);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$input `scales` custom<ExactNumbers>($scales) `zero_points` $zeroPoints "
                       "attr-dict `:` type($input) `to` type($result)";
  let hasVerifier = 1;
}

def Graph_QuantizeRowsOp : Graph_InferredOp<"quantize_rows"> {
  let summary = "each row (last axis) as integers by a scale and a zero point of its own";
  let description = [{
    What a row becomes depends on no other row. With low and high the row's smallest and largest
    element and 0 among them, highest = 2^bits - 1, range = max(high - low, 2^-100) and inverse =
    highest / range:

    - scale = range / highest, zero point = round(-low * inverse);
    - integer = min(round(x * inverse) + zero point, highest).

    Operations are those of f32, but the products with the inverse are exact before they are
    rounded, half to even. A row with a NaN or an infinity has the scale NaN; its integers mean
    nothing. C1: the input is f32 of rank 1 or more. C2: `bits` is 7 or 8. Results: ui8 of the
    input's shape; the scales, f32, and the zero points, i32, with a last extent of 1.

    ```mlir
    %q, %scales, %zeros = graph.quantize_rows %x : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Graph_Tensor:$input, DefaultValuedAttr<I64Attr, "8">:$bits);
  let results = (outs Graph_Tensor:$integers, Graph_Tensor:$scales, Graph_Tensor:$zeroPoints);
  let assemblyFormat = "$input attr-dict `:` type($input)";
  let extraClassDeclaration = [{
    int32_t getHighest(); // of the integers
  }];
  let hasVerifier = 1;
}
#endif
