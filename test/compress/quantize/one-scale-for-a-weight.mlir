// RUN: mdc-opt --mdc-quantize=granularity=tensor %s | FileCheck %s

// CHECK: graph.constant dense<{{\[\[}}127, 32], [64, -32]]> : tensor<2x2xi8>
// CHECK: graph.dequantize {{.*}} scales [1.57{{.*}}] zero_points [0]
func.func @columns(%x: tensor<4x2xf32> {graph.range = [0.0, 1.0]}) -> tensor<4x2xf32> {
  %w = graph.constant dense<[[2.0, 0.5], [1.0, -0.5]]> : tensor<2x2xf32>
  %y = graph.matmul %x, %w : tensor<4x2xf32>, tensor<2x2xf32>
  return %y : tensor<4x2xf32>
}
