// RUN: mdc-opt %s --mdc-cancel-moves | FileCheck %s

// A convolution pads its image with zeros and nothing else, so that these pads stay.

// CHECK-LABEL: func @ones
func.func @ones(%x: tensor<1x3x8xf32>, %w: tensor<4x3x3xf32>) -> tensor<1x4x8xf32> {
  // CHECK: graph.pad
  // CHECK: pads [0, 0]
  %one = graph.constant dense<1.0> : tensor<f32>
  %0 = graph.pad constant %x, %one low [0, 0, 1] high [0, 0, 1] : tensor<1x3x8xf32>, tensor<f32>
  %1 = graph.conv %0, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x3x10xf32>, tensor<4x3x3xf32>
  return %1 : tensor<1x4x8xf32>
}

// CHECK-LABEL: func @edges
func.func @edges(%x: tensor<1x3x8xf32>, %w: tensor<4x3x3xf32>) -> tensor<1x4x8xf32> {
  // CHECK: graph.pad
  // CHECK: pads [0, 0]
  %zero = graph.constant dense<0.0> : tensor<f32>
  %0 = graph.pad edge %x, %zero low [0, 0, 1] high [0, 0, 1] : tensor<1x3x8xf32>, tensor<f32>
  %1 = graph.conv %0, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x3x10xf32>, tensor<4x3x3xf32>
  return %1 : tensor<1x4x8xf32>
}

// CHECK-LABEL: func @channels
func.func @channels(%x: tensor<1x2x8xf32>, %w: tensor<4x3x3xf32>) -> tensor<1x4x6xf32> {
  // CHECK: graph.pad
  // CHECK: pads [0, 0]
  %zero = graph.constant dense<0.0> : tensor<f32>
  %0 = graph.pad constant %x, %zero low [0, 1, 0] high [0, 0, 0] : tensor<1x2x8xf32>, tensor<f32>
  %1 = graph.conv %0, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x3x8xf32>, tensor<4x3x3xf32>
  return %1 : tensor<1x4x6xf32>
}

// CHECK-LABEL: func @cropped
func.func @cropped(%x: tensor<1x3x8xf32>, %w: tensor<4x3x3xf32>) -> tensor<1x4x4xf32> {
  // CHECK: graph.pad
  // CHECK: pads [0, 0]
  %zero = graph.constant dense<0.0> : tensor<f32>
  %0 = graph.pad constant %x, %zero low [0, 0, -1] high [0, 0, -1] : tensor<1x3x8xf32>, tensor<f32>
  %1 = graph.conv %0, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x3x6xf32>, tensor<4x3x3xf32>
  return %1 : tensor<1x4x4xf32>
}
