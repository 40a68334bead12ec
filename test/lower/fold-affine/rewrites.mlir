// RUN: mdc-opt %s --mdc-fold-affine --canonicalize | FileCheck %s

// Batch normalization is a product and a sum: both end up in the weights.
// CHECK-LABEL: func @scale_and_shift_become_weight_and_bias
// CHECK-SAME: (%[[X:.*]]: tensor<1x1x4xf32>)
func.func @scale_and_shift_become_weight_and_bias(%x: tensor<1x1x4xf32>) -> tensor<1x2x4xf32> {
  // CHECK-NOT: graph.binary
  // CHECK: %[[Y:.*]] = graph.conv %[[X]], %{{.*}}, %{{.*}} strides [1] pads [0, 0] dilations [1] groups 1
  // CHECK-SAME: tensor<2x1x1xf32>, tensor<2xf32>
  // CHECK-NEXT: return %[[Y]]
  %w = graph.constant dense<[[[3.0]], [[5.0]]]> : tensor<2x1x1xf32>
  %scale = graph.constant dense<[[2.0], [10.0]]> : tensor<2x1xf32>
  %shift = graph.constant dense<[[[-1.0], [7.0]]]> : tensor<1x2x1xf32>
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x1x4xf32>, tensor<2x1x1xf32>
  %1 = graph.binary mul %scale, %0 : tensor<2x1xf32>, tensor<1x2x4xf32>
  %2 = graph.binary add %1, %shift : tensor<1x2x4xf32>, tensor<1x2x1xf32>
  return %2 : tensor<1x2x4xf32>
}

// CHECK-LABEL: func @a_quotient_is_a_scale
func.func @a_quotient_is_a_scale(%x: tensor<1x1x4xf32>) -> tensor<1x2x4xf32> {
  // CHECK-NOT: graph.binary
  // CHECK: graph.conv
  %w = graph.constant dense<[[[3.0]], [[5.0]]]> : tensor<2x1x1xf32>
  %two = graph.constant dense<2.0> : tensor<f32>
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x1x4xf32>, tensor<2x1x1xf32>
  %1 = graph.binary div %0, %two : tensor<1x2x4xf32>, tensor<f32>
  return %1 : tensor<1x2x4xf32>
}
