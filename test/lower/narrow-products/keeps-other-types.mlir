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

// One output channel a group: no main loop takes it.
// CHECK-LABEL: func.func @depthwise
// CHECK-NOT: graph.cast
func.func @depthwise(%x: tensor<1x8x4x4xf32>, %w: tensor<8x1x3x3xf32>) -> tensor<1x8x2x2xf32> {
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 8
      : tensor<1x8x4x4xf32>, tensor<8x1x3x3xf32>
  return %0 : tensor<1x8x2x2xf32>
}
