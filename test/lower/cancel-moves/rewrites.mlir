// RUN: mdc-opt %s --mdc-cancel-moves --canonicalize | FileCheck %s

// CHECK-LABEL: func @moving_an_axis_of_extent_1_is_a_reshape
// CHECK-SAME: (%[[X:.*]]: tensor<2x1x8xf32>)
func.func @moving_an_axis_of_extent_1_is_a_reshape(%x: tensor<2x1x8xf32>) -> tensor<1x2x8xf32> {
  // CHECK-NEXT: graph.reshape %[[X]] : tensor<2x1x8xf32> to tensor<1x2x8xf32>
  %0 = graph.transpose %x [1, 0, 2] : tensor<2x1x8xf32>
  return %0 : tensor<1x2x8xf32>
}

// CHECK-LABEL: func @zeros_around_the_image_are_the_convolutions_own
// CHECK-SAME: (%[[X:.*]]: tensor<1x3x8x8xf32>, %[[W:.*]]: tensor<4x3x3x3xf32>)
func.func @zeros_around_the_image_are_the_convolutions_own(
    %x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) -> tensor<1x4x10x11xf32> {
  // CHECK-NEXT: graph.conv %[[X]], %[[W]] strides [1, 1] pads [2, 1, 2, 4]
  %zero = graph.constant dense<0.0> : tensor<f32>
  %0 = graph.pad constant %x, %zero low [0, 0, 1, 0] high [0, 0, 1, 3]
      : tensor<1x3x8x8xf32>, tensor<f32>
  %1 = graph.conv %0, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      : tensor<1x3x10x11xf32>, tensor<4x3x3x3xf32>
  return %1 : tensor<1x4x10x11xf32>
}

// The keys of attention: swapping the last two axes is the product's own business.
// CHECK-LABEL: func @a_product_reads_a_transposed_operand_in_its_order
// CHECK-SAME: (%[[Q:.*]]: tensor<12x7x64xf32>, %[[K:.*]]: tensor<7x12x64xf32>)
func.func @a_product_reads_a_transposed_operand_in_its_order(
    %q: tensor<12x7x64xf32>, %k: tensor<7x12x64xf32>) -> tensor<12x7x7xf32> {
  // CHECK-NEXT: %[[HEADS:.*]] = graph.transpose %[[K]] [1, 0, 2]
  // CHECK-NEXT: graph.matmul %[[Q]], %[[HEADS]] transposed
  %0 = graph.transpose %k [1, 2, 0] : tensor<7x12x64xf32>
  %1 = graph.matmul %q, %0 : tensor<12x7x64xf32>, tensor<12x64x7xf32>
  return %1 : tensor<12x7x7xf32>
}
