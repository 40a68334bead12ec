// RUN: mdc-opt --mdc-quantize %s | FileCheck %s

// Of two products that are added, the second lies in memory: as bytes, which the sum reads. The
// first has the sum in its own kernel.
// CHECK-LABEL: @residual
// CHECK: %[[FIRST:.*]] = graph.matmul
// CHECK-NOT: graph.quantize
// CHECK: %[[SECOND:.*]] = graph.matmul
// CHECK: %[[Q:.*]] = graph.quantize %[[SECOND]]
// CHECK: %[[D:.*]] = graph.dequantize %[[Q]]
// CHECK: %[[SUM:.*]] = graph.binary add %[[FIRST]], %[[D]]
// CHECK: graph.quantize %[[SUM]]
func.func @residual(%x: tensor<4x2xf32> {graph.range = [-1.0, 1.0]}) -> tensor<4x2xf32> {
  %w = graph.constant dense<[[0.5, 1.0], [0.5, 1.0]]> : tensor<2x2xf32>
  %a = graph.matmul %x, %w {graph.ranges = [[-1.0, 1.0]]} : tensor<4x2xf32>, tensor<2x2xf32>
  %b = graph.matmul %x, %w {graph.ranges = [[-1.0, 1.0]]} : tensor<4x2xf32>, tensor<2x2xf32>
  %s = graph.binary add %a, %b {graph.ranges = [[-2.0, 2.0]]} : tensor<4x2xf32>, tensor<4x2xf32>
  %z = graph.matmul %s, %w : tensor<4x2xf32>, tensor<2x2xf32>
  return %z : tensor<4x2xf32>
}
