// RUN: mdc-opt %s --mdc-fold-affine | FileCheck %s

// CHECK-LABEL: func @f
func.func @f(%x: tensor<1x1x4xf32>) -> (tensor<1x2x4xf32>, tensor<1x2x4xf32>) {
  // CHECK: %[[CONV:.*]] = graph.conv
  // CHECK: %[[SCALED:.*]] = graph.binary mul %[[CONV]]
  // CHECK: return %[[CONV]], %[[SCALED]]
  %w = graph.constant dense<3.0> : tensor<2x1x1xf32>
  %two = graph.constant dense<2.0> : tensor<f32>
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x1x4xf32>, tensor<2x1x1xf32>
  %1 = graph.binary mul %0, %two : tensor<1x2x4xf32>, tensor<f32>
  return %0, %1 : tensor<1x2x4xf32>, tensor<1x2x4xf32>
}
