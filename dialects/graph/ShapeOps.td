// Constants, and ops that move elements without computing on them.
#ifndef MDC_GRAPH_SHAPE_TD
#define MDC_GRAPH_SHAPE_TD
include "dialects/graph/GraphBase.td"

def Graph_ConstantOp : Graph_Op<"constant", [ConstantLike, AllTypesMatch<["value", "result"]>]> {
  let summary = "a weight or another value known when the model is built";
  let description = [{
    C1: the value's type is the result type.

    ```mlir
    %w = graph.constant dense<1.0> : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "attr-dict $value";
  let builders = [OpBuilder<(ins "::mlir::ElementsAttr":$value), [{
    build($_builder, $_state, ::llvm::cast<::mlir::RankedTensorType>(value.getType()), value);
  }]>];
  let hasFolder = 1;
}

def Graph_ExtentsOp : Graph_Op<"extents", [ConstantLike]> {
  let summary = "integers that depend on the model's open dimensions alone";
  let description = [{
    What ONNX's Shape yields and what shape arithmetic folds to. C1: the result is a rank 0 or 1
    tensor of i64 or i32 with one element for each of the map's results.

    ```mlir
    %s = graph.extents affine_map<()[s0] -> (s0, 128)> : tensor<2xi64>
    ```
  }];
  let arguments = (ins AffineMapAttr:$map);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "attr-dict $map `:` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Graph_ReshapeOp : Graph_Op<"reshape"> {
  let summary = "the same elements in row-major order under another shape";
  let description = [{
    C1: both shapes hold the same number of elements where that can be decided.

    ```mlir
    %y = graph.reshape %x : tensor<4x8xf32> to tensor<32xf32>
    ```
  }];
  let arguments = (ins Graph_Tensor:$input);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Graph_TransposeOp : Graph_InferredOp<"transpose"> {
  let summary = "axes in another order: result axis i is the input's axis permutation[i]";
  let description = [{
    C1: `permutation` holds each axis once.

    ```mlir
    %y = graph.transpose %x [1, 0] : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Graph_Tensor:$input, DenseI64ArrayAttr:$permutation);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$input $permutation attr-dict `:` type($input)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Graph_BroadcastOp : Graph_Op<"broadcast"> {
  let summary = "repeats axes of extent 1";
  let description = [{
    C1: the input's shape broadcasts to the result's, aligned at the last axis.

    ```mlir
    %y = graph.broadcast %x : tensor<1x8xf32> to tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Graph_Tensor:$input);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Graph_ConcatOp : Graph_InferredOp<"concat"> {
  let summary = "tensors one behind the other along an axis";
  let description = [{
    C1: at least one input; C2: the inputs agree in element type and in all extents but the axis's.

    ```mlir
    %y = graph.concat %a, %b axis 1 : tensor<4x8xf32>, tensor<4x2xf32>
    ```
  }];
  let arguments = (ins Variadic<Graph_Tensor>:$inputs, I64Attr:$axis);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$inputs `axis` $axis attr-dict `:` type($inputs)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Graph_SliceOp : Graph_Op<"slice"> {
  let summary = "every step-th element from a start on, along each axis";
  let description = [{
    Element i of axis a is the input's element starts[a] + i * steps[a]. Steps may be negative. C1:
    one start and one non-zero step for each axis; C2: with fixed extents no index leaves the input.

    ```mlir
    %y = graph.slice %x from affine_map<() -> (0, 2)> by [1, 2] : tensor<4x8xf32> to tensor<4x3xf32>
    ```
  }];
  let arguments = (ins Graph_Tensor:$input, AffineMapAttr:$starts, DenseI64ArrayAttr:$steps);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$input `from` $starts `by` $steps attr-dict `:` "
                       "type($input) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Graph_PadKind : I32EnumAttr<"PadKind", "what fills the border", [
  I32EnumAttrCase<"Constant", 0, "constant">, I32EnumAttrCase<"Edge", 1, "edge">,
  I32EnumAttrCase<"Reflect", 2, "reflect">, I32EnumAttrCase<"Wrap", 3, "wrap">]> {
  let cppNamespace = "::mdc::graph";
}
def Graph_PadOp : Graph_InferredOp<"pad"> {
  let summary = "a border around the input; negative widths crop";
  let description = [{
    `low` and `high` are element counts for each axis; `value` is a scalar tensor, used by constant.
    C1: one low and one high for each axis; C2: the value's element type is the input's.

    ```mlir
    %y = graph.pad constant %x, %zero low [0, 1] high [0, 1] : tensor<4x8xf32>, tensor<f32>
    ```
  }];
  let arguments = (ins Graph_PadKind:$kind, Graph_Tensor:$input, Graph_Tensor:$value,
                       DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$kind $input `,` $value `low` $low `high` $high attr-dict `:` "
                       "type($input) `,` type($value)";
  let hasVerifier = 1;
}

def Graph_GatherOp : Graph_InferredOp<"gather"> {
  let summary = "slices of the data along an axis, by index";
  let description = [{
    The result's shape is the data's with the axis replaced by the indices' shape. A negative index
    counts from the end. An index out of range fails the request. C1: the indices are i32 or i64;
    C2: the axis exists.

    ```mlir
    %y = graph.gather %table, %ids axis 0 : tensor<512x64xf32>, tensor<2x7xi64>
    ```
  }];
  let arguments = (ins Graph_Tensor:$data, Graph_Tensor:$indices, I64Attr:$axis);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$data `,` $indices `axis` $axis attr-dict `:` "
                       "type($data) `,` type($indices)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Graph_GatherElementsOp : Graph_InferredOp<"gather_elements"> {
  let summary = "one element for each index: the index replaces the coordinate of an axis";
  let description = [{
    C1: data and indices have one rank; C2: the indices are i32 or i64. Out of range as for gather.

    ```mlir
    %y = graph.gather_elements %x, %i axis 1 : tensor<4x8xf32>, tensor<4x2xi64>
    ```
  }];
  let arguments = (ins Graph_Tensor:$data, Graph_Tensor:$indices, I64Attr:$axis);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$data `,` $indices `axis` $axis attr-dict `:` "
                       "type($data) `,` type($indices)";
  let hasVerifier = 1;
}

def Graph_GatherNdOp : Graph_InferredOp<"gather_nd"> {
  let summary = "slices of the data by index tuples";
  let description = [{
    The indices' last axis holds tuples for the data's axes after `batch_dims`. C1: the tuple's
    length is fixed and fits the data's rank; C2: the indices are i64 or i32. Out of range as for
    gather.

    ```mlir
    %y = graph.gather_nd %x, %i batch_dims 0 : tensor<4x8xf32>, tensor<3x2xi64>
    ```
  }];
  let arguments = (ins Graph_Tensor:$data, Graph_Tensor:$indices, I64Attr:$batchDims);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$data `,` $indices `batch_dims` $batchDims attr-dict `:` "
                       "type($data) `,` type($indices)";
  let hasVerifier = 1;
}

def Graph_IotaOp : Graph_Op<"iota"> {
  let summary = "0, 1, 2, ... along an axis";
  let description = [{
    C1: the axis exists.

    ```mlir
    %y = graph.iota axis 0 : tensor<8xi64>
    ```
  }];
  let arguments = (ins I64Attr:$axis);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "`axis` $axis attr-dict `:` type($result)";
  let hasVerifier = 1;
}
#endif
