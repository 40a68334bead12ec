// RUN: mdc-opt %s --mdc-fuse "--mdc-assign-layouts=gpu" | FileCheck %s

// Rows of 27 floats begin at multiples of 16 bytes; rows of 16 do already.
// CHECK-LABEL: func @odd
// CHECK: layouts = ["", "rows:4", ""]
func.func @odd(%x: tensor<1x3x8x8xf32>) -> tensor<1x16x6x6xf32> {
  %w = graph.constant dense<3.0> : tensor<16x3x3x3xf32>
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x3x8x8xf32>, tensor<16x3x3x3xf32>
  return %0 : tensor<1x16x6x6xf32>
}

// CHECK-LABEL: func @even
// CHECK: layouts = ["", "", ""]
func.func @even(%x: tensor<1x16x8x8xf32>) -> tensor<1x16x8x8xf32> {
  %w = graph.constant dense<3.0> : tensor<16x16x1x1xf32>
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x16x8x8xf32>, tensor<16x16x1x1xf32>
  return %0 : tensor<1x16x8x8xf32>
}

// No main loop takes a depthwise convolution.
// CHECK-LABEL: func @depthwise
// CHECK: layouts = ["", "", ""]
func.func @depthwise(%x: tensor<1x16x8x8xf32>) -> tensor<1x16x6x6xf32> {
  %w = graph.constant dense<3.0> : tensor<16x1x3x3xf32>
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 16
      : tensor<1x16x8x8xf32>, tensor<16x1x3x3xf32>
  return %0 : tensor<1x16x6x6xf32>
}
