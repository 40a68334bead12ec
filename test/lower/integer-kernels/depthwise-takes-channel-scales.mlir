// RUN: mdc-opt --mdc-integer-kernels %s | FileCheck %s

// A channel's own scale is a factor of its sums. Its zero point is that of all.
// CHECK-LABEL: @depthwise
// CHECK-DAG: %[[FACTORS:.*]] = graph.constant dense<{{\[\[\[}}2.500000e-01]], {{\[\[}}1.250000e-01
// CHECK: %[[SUMS:.*]] = graph.conv %arg0, {{.*}} groups 2 {padValue = 3 : i64} : tensor<1x2x6x6xui8>, tensor<2x1x3x3xi8>
// CHECK: %[[WIDE:.*]] = graph.cast %[[SUMS]]
// CHECK: graph.binary mul %[[WIDE]], %[[FACTORS]]
func.func @depthwise(%q: tensor<1x2x6x6xui8>) -> tensor<1x2x6x6xf32> {
  %d = graph.dequantize %q scales [0.5, 0.25] zero_points [3, 3] {axis = 1 : i64}
      : tensor<1x2x6x6xui8> to tensor<1x2x6x6xf32>
  %c = graph.constant dense<2> : tensor<2x1x3x3xi8>
  %w = graph.dequantize %c scales [0.5] zero_points [0] : tensor<2x1x3x3xi8> to tensor<2x1x3x3xf32>
  %y = graph.conv %d, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 2
      : tensor<1x2x6x6xf32>, tensor<2x1x3x3xf32>
  return %y : tensor<1x2x6x6xf32>
}

// Sums over channels have no such factor: the input becomes floats.
// CHECK-LABEL: @dense
// CHECK: graph.conv {{.*}} : tensor<1x2x6x6xf32>, tensor<2x2x3x3x{{.*}}>
func.func @dense(%q: tensor<1x2x6x6xui8>) -> tensor<1x2x6x6xf32> {
  %d = graph.dequantize %q scales [0.5, 0.25] zero_points [3, 3] {axis = 1 : i64}
      : tensor<1x2x6x6xui8> to tensor<1x2x6x6xf32>
  %c = graph.constant dense<2> : tensor<2x2x3x3xi8>
  %w = graph.dequantize %c scales [0.5] zero_points [0] : tensor<2x2x3x3xi8> to tensor<2x2x3x3xf32>
  %y = graph.conv %d, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      : tensor<1x2x6x6xf32>, tensor<2x2x3x3xf32>
  return %y : tensor<1x2x6x6xf32>
}

// The quantized result of one convolution for the next one: both scales are one factor.
// CHECK-LABEL: @result
// CHECK: %[[FACTORS:.*]] = graph.constant dense<{{\[\[\[}}5.000000e-01]], {{\[\[}}1.000000e+00
// CHECK: %[[WIDE:.*]] = graph.cast {{.*}} : tensor<1x2x6x6xi32> to tensor<1x2x6x6xf32>
// CHECK-NEXT: graph.binary mul %[[WIDE]], %[[FACTORS]]
// CHECK-NEXT: graph.unary round
func.func @result(%q: tensor<1x2x6x6xui8>) -> tensor<1x2x6x6xui8> {
  %d = graph.dequantize %q scales [0.5] zero_points [3] : tensor<1x2x6x6xui8> to tensor<1x2x6x6xf32>
  %c = graph.constant dense<2> : tensor<2x2x1x1xi8>
  %w = graph.dequantize %c scales [0.5] zero_points [0] : tensor<2x2x1x1xi8> to tensor<2x2x1x1xf32>
  %y = graph.conv %d, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x2x6x6xf32>, tensor<2x2x1x1xf32>
  %r = graph.unary relu %y : tensor<1x2x6x6xf32>
  %z = graph.quantize %r scales [0.5, 0.25] zero_points [0, 0] {axis = 1 : i64}
      : tensor<1x2x6x6xf32> to tensor<1x2x6x6xui8>
  return %z : tensor<1x2x6x6xui8>
}
