// RUN: mdc-opt %s --mdc-narrow-products=type=tf32 | FileCheck %s

// A main loop rounds what it loads: nothing in memory changes.
// CHECK-LABEL: func.func @product
// CHECK-NOT: graph.cast
// CHECK: graph.matmul %arg0, %arg1 {graph.tf32} : tensor<4x8xf32>, tensor<8x2xf32>
func.func @product(%x: tensor<4x8xf32>, %w: tensor<8x2xf32>) -> tensor<4x2xf32> {
  %0 = graph.matmul %x, %w : tensor<4x8xf32>, tensor<8x2xf32>
  return %0 : tensor<4x2xf32>
}

// CHECK-LABEL: func.func @depthwise
// CHECK-NOT: graph.tf32
func.func @depthwise(%x: tensor<1x8x4x4xf32>, %w: tensor<8x1x3x3xf32>) -> tensor<1x8x2x2xf32> {
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 8
      : tensor<1x8x4x4xf32>, tensor<8x1x3x3xf32>
  return %0 : tensor<1x8x2x2xf32>
}

// CHECK-LABEL: func.func @bytes
// CHECK-NOT: graph.tf32
func.func @bytes(%x: tensor<4x8xui8>, %w: tensor<8x2xi8>) -> tensor<4x2xi32> {
  %0 = graph.matmul %x, %w : tensor<4x8xui8>, tensor<8x2xi8>
  return %0 : tensor<4x2xi32>
}
