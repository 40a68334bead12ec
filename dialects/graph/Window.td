// Windows that slide over spatial axes. Data is [batch, channel, spatial...].
#ifndef MDC_GRAPH_WINDOW_TD
#define MDC_GRAPH_WINDOW_TD
include "dialects/graph/GraphBase.td"

def Graph_ConvOp : Graph_InferredOp<"conv"> {
  let summary = "convolution (cross-correlation), grouped, dilated, padded";
  let description = [{
    Weight is [out channels, in channels / groups, kernel...]; bias, if given, [out channels] of the
    result's element type. `pads` holds all low widths, then all high ones; the border holds
    `padValue`, which is the zero point of a quantized input and else 0. C1: one stride and dilation
    and two pads for each spatial axis; C2: channels divide into groups; C3: the window fits the
    padded input; C4: element types as for graph.matmul; C5: only integers have another border
    than 0.

    ```mlir
    %y = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
        : tensor<1x3x8x8xf32>, tensor<16x3x3x3xf32>
    ```
  }];
  let arguments = (ins Graph_Tensor:$input, Graph_Tensor:$weight, Optional<Graph_Tensor>:$bias,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads,
                       DenseI64ArrayAttr:$dilations, I64Attr:$groups,
                       DefaultValuedAttr<I64Attr, "0">:$padValue);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$input `,` $weight (`,` $bias^)? `strides` $strides `pads` $pads "
                       "`dilations` $dilations `groups` $groups attr-dict `:` "
                       "type($input) `,` type($weight) (`,` type($bias)^)?";
  let hasVerifier = 1;
}

def Graph_PoolKind : I32EnumAttr<"PoolKind", "what a window yields", [
  I32EnumAttrCase<"Max", 0, "max">, I32EnumAttrCase<"Average", 1, "average">]> {
  let cppNamespace = "::mdc::graph";
}
def Graph_PoolOp : Graph_Op<"pool"> {
  let summary = "largest element or mean of each window";
  let description = [{
    The border never wins a maximum; the mean divides by the number of elements inside the input, or
    inside the padded input with `count_include_pad`. The result's spatial extents carry ONNX's ceil
    mode. C1: attributes match the spatial rank, kernel, strides and dilations are positive; C2:
    batch and channel stay; C3: no window begins behind the padded input.

    ```mlir
    %y = graph.pool max %x kernel [2, 2] strides [2, 2] pads [0, 0, 0, 0] dilations [1, 1]
        : tensor<1x3x8x8xf32> to tensor<1x3x4x4xf32>
    ```
  }];
  let arguments = (ins Graph_PoolKind:$kind, Graph_Tensor:$input, DenseI64ArrayAttr:$kernel,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads,
                       DenseI64ArrayAttr:$dilations, UnitAttr:$countIncludePad);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$kind $input `kernel` $kernel `strides` $strides `pads` $pads "
                       "`dilations` $dilations (`count_include_pad` $countIncludePad^)? attr-dict "
                       "`:` type($input) `to` type($result)";
  let hasVerifier = 1;
}

def Graph_ResizeKind : I32EnumAttr<"ResizeKind", "how a sample is taken", [
  I32EnumAttrCase<"Floor", 0, "floor">, I32EnumAttrCase<"Ceil", 1, "ceil">,
  I32EnumAttrCase<"RoundPreferFloor", 2, "round_prefer_floor">,
  I32EnumAttrCase<"RoundPreferCeil", 3, "round_prefer_ceil">,
  I32EnumAttrCase<"Linear", 4, "linear">]> {
  let cppNamespace = "::mdc::graph";
}
def Graph_ResizeOp : Graph_Op<"resize"> {
  let summary = "samples of the input on another grid";
  let description = [{
    Along axis a the source coordinate of result index i is scales[a] * i + offsets[a]: every ONNX
    coordinate transformation is of that form. Nearest kinds round it, linear weighs both
    neighbours; coordinates are clamped to the input. C1: one scale and one offset for each axis;
    C2: the rank stays.

    ```mlir
    %y = graph.resize floor %x scales [1.0, 1.0, 0.5, 0.5] offsets [0.0, 0.0, 0.0, 0.0]
        : tensor<1x3x8x8xf32> to tensor<1x3x16x16xf32>
    ```
  }];
  let arguments = (ins Graph_ResizeKind:$kind, Graph_Tensor:$input, DenseF64ArrayAttr:$scales,
                       DenseF64ArrayAttr:$offsets);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$kind $input `scales` custom<ExactNumbers>($scales) `offsets` "
                       "custom<ExactNumbers>($offsets) attr-dict `:` "
                       "type($input) `to` type($result)";
  let hasVerifier = 1;
}
#endif
