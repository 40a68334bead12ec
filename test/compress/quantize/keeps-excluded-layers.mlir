// RUN: mdc-opt --mdc-quantize="exclude=head*" %s | FileCheck %s

// CHECK-LABEL: @names
// CHECK: graph.matmul {{.*}}precision = "int8"
// CHECK-NOT: graph.quantize
// CHECK: graph.matmul {{.*}}note = "excluded by name", precision = "f32"
func.func @names(%x: tensor<4x2xf32> {graph.range = [0.0, 1.0]}) -> tensor<4x2xf32> {
  %w = graph.constant dense<0.5> : tensor<2x2xf32>
  %y = graph.matmul %x, %w {graph.ranges = [[0.0, 1.0]]}
      : tensor<4x2xf32>, tensor<2x2xf32> loc("body.0")
  %z = graph.matmul %y, %w : tensor<4x2xf32>, tensor<2x2xf32> loc("head.0")
  return %z : tensor<4x2xf32>
}
