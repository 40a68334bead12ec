// RUN: mdc-opt %s --mdc-narrow-products | FileCheck %s

// CHECK-LABEL: func.func @integers
// CHECK-NOT: graph.cast
func.func @integers(%x: tensor<4x8xi32>, %w: tensor<8x2xi32>) -> tensor<4x2xi32> {
  %0 = graph.matmul %x, %w : tensor<4x8xi32>, tensor<8x2xi32>
  return %0 : tensor<4x2xi32>
}

// CHECK-LABEL: func.func @already_narrow
// CHECK-NOT: graph.cast
func.func @already_narrow(%x: tensor<4x8xf16>, %w: tensor<8x2xf16>) -> tensor<4x2xf16> {
  %0 = graph.matmul %x, %w : tensor<4x8xf16>, tensor<8x2xf16>
  return %0 : tensor<4x2xf16>
}
