// RUN: mdc-opt %s --mdc-turn-weights | FileCheck %s

// CHECK-LABEL: func.func @along_the_depth
// CHECK: graph.matmul %arg0, %{{.*}} transposed : tensor<4x3xui8>, tensor<2x3xi8>
func.func @along_the_depth(%x: tensor<4x3xui8>) -> tensor<4x2xi32> {
  %w = graph.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>
  %0 = graph.matmul %x, %w transposed : tensor<4x3xui8>, tensor<2x3xi8>
  return %0 : tensor<4x2xi32>
}

// CHECK-LABEL: func.func @floats
// CHECK: graph.matmul %arg0, %{{.*}} : tensor<4x3xf32>, tensor<3x2xf32>
func.func @floats(%x: tensor<4x3xf32>) -> tensor<4x2xf32> {
  %w = graph.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %0 = graph.matmul %x, %w : tensor<4x3xf32>, tensor<3x2xf32>
  return %0 : tensor<4x2xf32>
}
