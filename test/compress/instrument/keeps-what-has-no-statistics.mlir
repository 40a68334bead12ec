// RUN: mdc-opt %s --mdc-instrument="grams=true" | FileCheck %s

// Integers, values that no input reaches, and layers of several groups.
// CHECK-LABEL: func @main
// CHECK-SAME: -> (tensor<1x4x3x3xf32> {graph.name = "range/1/input 1"},
// CHECK-SAME: tensor<1x4x3x3xf32> {graph.name = "range/1/depthwise"})
func.func @main(%i: tensor<4xi64>, %x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w = graph.constant dense<0.5> : tensor<4x1x1x1xf32>
  %e = graph.unary exp %w : tensor<4x1x1x1xf32> loc("constant")
  %c = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 4
      : tensor<1x4x3x3xf32>, tensor<4x1x1x1xf32> loc("depthwise")
  return %c : tensor<1x4x3x3xf32>
}
