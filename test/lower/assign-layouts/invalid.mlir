// RUN: mdc-opt %s --mdc-fuse --mdc-assign-layouts | FileCheck %s

// What the blocked kernels do not take stays as it is, row-major and not packed.

// CHECK-LABEL: func @three_axes
func.func @three_axes(%x: tensor<1x16x4x4x4xf32>) -> tensor<1x16x4x4x4xf32> {
  // CHECK: graph.fused "conv"(%{{.*}}, %{{.*}}) {layouts = ["", "", ""]}
  %w = graph.constant dense<3.0> : tensor<16x16x1x1x1xf32>
  %0 = graph.conv %x, %w strides [1, 1, 1] pads [0, 0, 0, 0, 0, 0] dilations [1, 1, 1] groups 1
      : tensor<1x16x4x4x4xf32>, tensor<16x16x1x1x1xf32>
  return %0 : tensor<1x16x4x4x4xf32>
}

// CHECK-LABEL: func @doubles
func.func @doubles(%x: tensor<1x16x8xf64>) -> tensor<1x16x8xf64> {
  // CHECK: graph.fused "conv"(%{{.*}}, %{{.*}}) {layouts = ["", "", ""]}
  %w = graph.constant dense<3.0> : tensor<16x16x1xf64>
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x16x8xf64>, tensor<16x16x1xf64>
  return %0 : tensor<1x16x8xf64>
}

// CHECK-LABEL: func @weight_of_the_request
func.func @weight_of_the_request(%x: tensor<1x16x8xf32>, %w: tensor<16x16x1xf32>) -> tensor<1x16x8xf32> {
  // CHECK: graph.fused "conv"(%{{.*}}, %{{.*}}) {layouts = ["", "", ""]}
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x16x8xf32>, tensor<16x16x1xf32>
  return %0 : tensor<1x16x8xf32>
}
