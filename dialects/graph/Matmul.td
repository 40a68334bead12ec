// Products of matrices.
#ifndef MDC_GRAPH_MATMUL_TD
#define MDC_GRAPH_MATMUL_TD
include "dialects/graph/GraphBase.td"

def Graph_MatmulOp : Graph_InferredOp<"matmul"> {
  let summary = "product of the last two axes, broadcast over the others";
  let description = [{
    C1: both operands have rank 2 or more; C2: the inner extents agree; C3: outer axes broadcast.
    `transpose_lhs` and `transpose_rhs` swap the last two axes of an operand first. C4: the element
    types are equal, and the result's; or ui8 and i8, summed exactly in i32; or f32 and i8, whose
    integers are taken as f32 (weights stored in 8 bits, their scale applied to the result).

    ```mlir
    %y = graph.matmul %a, %b : tensor<128x768xf32>, tensor<768x3072xf32>
    ```
  }];
  let arguments = (ins Graph_Tensor:$lhs, Graph_Tensor:$rhs, UnitAttr:$transposeLhs,
                       UnitAttr:$transposeRhs);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$lhs (`transposed` $transposeLhs^)? `,` "
                       "$rhs (`transposed` $transposeRhs^)? "
                       "attr-dict `:` type($lhs) `,` type($rhs)";
}
#endif
