// RUN: mdc-opt %s --mdc-fold-affine | FileCheck %s

// What is no scale or shift of channels known at build time is left alone.

// CHECK-LABEL: func @a_factor_for_each_pixel
func.func @a_factor_for_each_pixel(%x: tensor<1x1x2xf32>) -> tensor<1x2x2xf32> {
  // CHECK: graph.conv
  // CHECK: graph.binary mul
  %w = graph.constant dense<3.0> : tensor<2x1x1xf32>
  %factors = graph.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x1x2xf32>, tensor<2x1x1xf32>
  %1 = graph.binary mul %0, %factors : tensor<1x2x2xf32>, tensor<2xf32>
  return %1 : tensor<1x2x2xf32>
}

// CHECK-LABEL: func @a_factor_of_the_request
func.func @a_factor_of_the_request(%x: tensor<1x1x4xf32>, %s: tensor<f32>) -> tensor<1x2x4xf32> {
  // CHECK: graph.conv
  // CHECK: graph.binary mul
  %w = graph.constant dense<3.0> : tensor<2x1x1xf32>
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x1x4xf32>, tensor<2x1x1xf32>
  %1 = graph.binary mul %0, %s : tensor<1x2x4xf32>, tensor<f32>
  return %1 : tensor<1x2x4xf32>
}

// CHECK-LABEL: func @the_convolution_is_subtracted
func.func @the_convolution_is_subtracted(%x: tensor<1x1x4xf32>) -> tensor<1x2x4xf32> {
  // CHECK: graph.conv
  // CHECK: graph.binary sub
  %w = graph.constant dense<3.0> : tensor<2x1x1xf32>
  %one = graph.constant dense<1.0> : tensor<f32>
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x1x4xf32>, tensor<2x1x1xf32>
  %1 = graph.binary sub %one, %0 : tensor<f32>, tensor<1x2x4xf32>
  return %1 : tensor<1x2x4xf32>
}

// CHECK-LABEL: func @the_factor_makes_the_result_larger
func.func @the_factor_makes_the_result_larger(%x: tensor<1x1x4xf32>) -> tensor<3x2x4xf32> {
  // CHECK: graph.conv
  // CHECK: graph.binary mul
  %w = graph.constant dense<3.0> : tensor<2x1x1xf32>
  %factors = graph.constant dense<2.0> : tensor<3x1x1xf32>
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x1x4xf32>, tensor<2x1x1xf32>
  %1 = graph.binary mul %0, %factors : tensor<1x2x4xf32>, tensor<3x1x1xf32>
  return %1 : tensor<3x2x4xf32>
}
