// RUN: mdc-opt %s --mdc-fuse "--mdc-assign-layouts=gpu" | FileCheck %s

// Three spatial axes. Rows of 27 floats begin at multiples of 16 bytes; rows of 16 do already.
// CHECK-LABEL: func @volume
// CHECK: layouts = ["", "rows:4", ""]
func.func @volume(%x: tensor<1x1x8x8x8xf32>) -> tensor<1x16x6x6x6xf32> {
  %w = graph.constant dense<3.0> : tensor<16x1x3x3x3xf32>
  %0 = graph.conv %x, %w strides [1, 1, 1] pads [0, 0, 0, 0, 0, 0] dilations [1, 1, 1] groups 1
      : tensor<1x1x8x8x8xf32>, tensor<16x1x3x3x3xf32>
  return %0 : tensor<1x16x6x6x6xf32>
}

// CHECK-LABEL: func @even
// CHECK: layouts = ["", "", ""]
func.func @even(%x: tensor<1x16x8x8x8xf32>) -> tensor<1x16x8x8x8xf32> {
  %w = graph.constant dense<3.0> : tensor<16x16x1x1x1xf32>
  %0 = graph.conv %x, %w strides [1, 1, 1] pads [0, 0, 0, 0, 0, 0] dilations [1, 1, 1] groups 1
      : tensor<1x16x8x8x8xf32>, tensor<16x16x1x1x1xf32>
  return %0 : tensor<1x16x8x8x8xf32>
}

// Channels of a group that fill no 16 bytes.
// CHECK-LABEL: func @groups
// CHECK: layouts = ["", "rows:4", ""]
func.func @groups(%x: tensor<1x6x8x8xf32>) -> tensor<1x16x6x6xf32> {
  %w = graph.constant dense<3.0> : tensor<16x3x3x3xf32>
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 2
      : tensor<1x6x8x8xf32>, tensor<16x3x3x3xf32>
  return %0 : tensor<1x16x6x6xf32>
}

// Few output channels: no main loop takes it.
// CHECK-LABEL: func @few
// CHECK: layouts = ["", "", ""]
func.func @few(%x: tensor<1x16x8x8xf32>) -> tensor<1x3x6x6xf32> {
  %w = graph.constant dense<3.0> : tensor<3x16x3x3xf32>
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x16x8x8xf32>, tensor<3x16x3x3xf32>
  return %0 : tensor<1x3x6x6xf32>
}

// Without a convolution nothing changes.
// CHECK-LABEL: func @pool
// CHECK: graph.fused "pool"(%{{.*}}) {layouts = ["", ""]}
func.func @pool(%x: tensor<1x16x8x8xf32>) -> tensor<1x16x8x8xf32> {
  %0 = graph.pool max %x kernel [3, 3] strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1]
      : tensor<1x16x8x8xf32> to tensor<1x16x8x8xf32>
  return %0 : tensor<1x16x8x8xf32>
}
