// What fusion makes: regions that become one kernel each.
#ifndef MDC_GRAPH_CONTROL_TD
#define MDC_GRAPH_CONTROL_TD
include "dialects/graph/GraphBase.td"

def Graph_FusedOp : Op<Graph_Dialect, "fused", [Pure, IsolatedFromAbove,
                       SingleBlock]> {
  let summary = "ops that become one kernel";
  let description = [{
    Takes all it reads as operands. `root` names the op that decides the kernel's loops ("loops",
    "matmul", "conv", ...). C1: block arguments have the operands' types; C2: the body ends in
    graph.yield of the results' types.

    ```mlir
    %y = graph.fused "loops" (%x) : (tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%a: tensor<4xf32>):
      %0 = graph.unary exp %a : tensor<4xf32>
      graph.yield %0 : tensor<4xf32>
    }
    ```
  }];
  let arguments = (ins StrAttr:$root, Variadic<Graph_Tensor>:$inputs);
  let results = (outs Variadic<Graph_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$root `(` $inputs `)` attr-dict `:` "
                       "functional-type($inputs, $results) $body";
  let hasVerifier = 1;
}

def Graph_YieldOp : Op<Graph_Dialect, "yield", [Pure, Terminator, HasParent<"FusedOp">]> {
  let summary = "ends a fused region with its results";
  let description = [{ See graph.fused. }];
  let arguments = (ins Variadic<Graph_Tensor>:$values);
  let assemblyFormat = "$values attr-dict `:` type($values)";
}
#endif
