// RUN: mdc-opt %s --mdc-turn-weights | FileCheck %s

// Two products read the one turned weight.
// CHECK-LABEL: func.func @matrix
// CHECK: %[[W:.*]] = graph.constant dense_resource<[[NAME:.*]]> : tensor<2x3xi8>
// CHECK-NOT: tensor<3x2xi8>
// CHECK: graph.matmul %arg0, %[[W]] transposed : tensor<4x3xui8>, tensor<2x3xi8>
// CHECK: graph.matmul %arg1, %[[W]] transposed : tensor<4x3xui8>, tensor<2x3xi8>
func.func @matrix(%x: tensor<4x3xui8>, %y: tensor<4x3xui8>)
    -> (tensor<4x2xi32>, tensor<4x2xi32>) {
  %w = graph.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8>
  %0 = graph.matmul %x, %w : tensor<4x3xui8>, tensor<3x2xi8>
  %1 = graph.matmul %y, %w : tensor<4x3xui8>, tensor<3x2xi8>
  return %0, %1 : tensor<4x2xi32>, tensor<4x2xi32>
}

// CHECK: [[NAME]]: "0x40000000010305020406"
