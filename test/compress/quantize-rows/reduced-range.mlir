// RUN: mdc-opt --mdc-quantize-rows=bits=7 %s | FileCheck %s

// CHECK-LABEL: @product
// CHECK: graph.quantize_rows %arg0 {bits = 7 : i64}
// CHECK: graph.constant dense<{{\[\[}}63, 63], [31, -63]]> : tensor<2x2xi8>
func.func @product(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = graph.constant dense<[[2.0, 0.5], [1.0, -0.5]]> : tensor<2x2xf32>
  %y = graph.matmul %x, %w : tensor<4x2xf32>, tensor<2x2xf32>
  return %y : tensor<4x2xf32>
}
