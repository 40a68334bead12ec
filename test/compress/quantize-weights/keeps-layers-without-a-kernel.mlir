// RUN: mdc-opt --mdc-quantize-weights="exclude=head*" %s | FileCheck %s

// CHECK-LABEL: @excluded
// CHECK-NOT: dequantize
// CHECK: note = "excluded by name"
func.func @excluded(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = graph.constant dense<0.5> : tensor<2x2xf32>
  %y = graph.matmul %x, %w : tensor<4x2xf32>, tensor<2x2xf32> loc("head.0")
  return %y : tensor<4x2xf32>
}

// CHECK-LABEL: @three_spatial_axes
// CHECK-NOT: dequantize
// CHECK: note = "no kernel multiplies numbers by bytes in this form"
func.func @three_spatial_axes(%x: tensor<1x2x4x4x4xf32>) -> tensor<1x2x4x4x4xf32> {
  %w = graph.constant dense<0.5> : tensor<2x2x1x1x1xf32>
  %y = graph.conv %x, %w strides [1, 1, 1] pads [0, 0, 0, 0, 0, 0] dilations [1, 1, 1] groups 1
      : tensor<1x2x4x4x4xf32>, tensor<2x2x1x1x1xf32>
  return %y : tensor<1x2x4x4x4xf32>
}
