// Many elements to one, and the row-wise functions that contain such a step.
#ifndef MDC_GRAPH_REDUCE_TD
#define MDC_GRAPH_REDUCE_TD
include "dialects/graph/GraphBase.td"

def Graph_ReduceKind : I32EnumAttr<"ReduceKind", "how elements combine", [
  I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Mean", 1, "mean">,
  I32EnumAttrCase<"Max", 2, "max">, I32EnumAttrCase<"Min", 3, "min">,
  I32EnumAttrCase<"Product", 4, "product">]> {
  let cppNamespace = "::mdc::graph";
}
def Graph_ReduceOp : Graph_InferredOp<"reduce"> {
  let summary = "combines all elements along some axes, which stay with extent 1";
  let description = [{
    C1: the axes exist, ascending, each once.

    ```mlir
    %y = graph.reduce mean %x axes [1] : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Graph_ReduceKind:$kind, Graph_Tensor:$input, DenseI64ArrayAttr:$axes);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$kind $input `axes` $axes attr-dict `:` type($input)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Graph_ArgReduceOp : Graph_InferredOp<"arg_reduce"> {
  let summary = "index (i64) of the largest or smallest element along an axis, kept with extent 1";
  let description = [{
    The first such index, or with `select_last` the last. C1: the kind is max or min; C2: the axis
    exists.

    ```mlir
    %y = graph.arg_reduce max %x axis 1 : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Graph_ReduceKind:$kind, Graph_Tensor:$input, I64Attr:$axis,
                       UnitAttr:$selectLast);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$kind $input `axis` $axis (`select_last` $selectLast^)? attr-dict "
                       "`:` type($input)";
  let hasVerifier = 1;
}

def Graph_SoftmaxOp : Graph_InferredOp<"softmax"> {
  let summary = "exponentials along an axis divided by their sum";
  let description = [{
    Computed after the row's maximum is taken off. With `logarithm` the result's logarithm. C1:
    float; C2: the axis exists.

    ```mlir
    %y = graph.softmax %x axis 1 : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Graph_Tensor:$input, I64Attr:$axis, UnitAttr:$logarithm);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$input `axis` $axis (`logarithm` $logarithm^)? attr-dict `:` type($input)";
  let hasVerifier = 1;
}

def Graph_NormKind : I32EnumAttr<"NormKind", "what a row is divided by", [
  I32EnumAttrCase<"Layer", 0, "layer">, I32EnumAttrCase<"Rms", 1, "rms">]> {
  let cppNamespace = "::mdc::graph";
}
def Graph_NormOp : Graph_InferredOp<"norm"> {
  let summary = "rows brought to mean 0 and variance 1 (layer), or to mean square 1 (rms)";
  let description = [{
    A row is all axes from `axis` on. `epsilon` is added to the variance or mean square. C1: float;
    C2: the axis exists.

    ```mlir
    %y = graph.norm layer %x axis 1 epsilon 1.0e-5 : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Graph_NormKind:$kind, Graph_Tensor:$input, I64Attr:$axis, F64Attr:$epsilon);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$kind $input `axis` $axis `epsilon` $epsilon attr-dict `:` type($input)";
  let hasVerifier = 1;
}

def Graph_CumSumOp : Graph_InferredOp<"cumsum"> {
  let summary = "running sums along an axis";
  let description = [{
    `exclusive` leaves the element itself out; `reverse` runs from the end. C1: the axis exists.

    ```mlir
    %y = graph.cumsum %x axis 1 : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Graph_Tensor:$input, I64Attr:$axis, UnitAttr:$exclusive, UnitAttr:$reverse);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$input `axis` $axis (`exclusive` $exclusive^)? (`reverse` $reverse^)? "
                       "attr-dict `:` type($input)";
  let hasVerifier = 1;
}
#endif
