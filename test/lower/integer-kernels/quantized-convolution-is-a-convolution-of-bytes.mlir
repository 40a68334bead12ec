// RUN: mdc-opt --mdc-integer-kernels %s | FileCheck %s

// The bias has the sums' own scale, so it and the zero point's excess start the sums; relu is the
// result's saturation, and both scales are one factor.
// CHECK-LABEL: @conv
// CHECK-DAG: %[[START:.*]] = graph.constant dense<[-431, -430, -429, -428]> : tensor<4xi32>
// CHECK-DAG: %[[FACTOR:.*]] = graph.constant dense<{{\[\[\[}}1.250000e-01]], {{\[\[}}6.250000e-02
// CHECK: %[[IN:.*]] = graph.cast %{{.*}} to tensor<1x8x6x6xui8>
// CHECK: %[[SUMS:.*]] = graph.conv %[[IN]], %{{.*}}, %[[START]] {{.*}} {{{.*}}padValue = 3 : i64} : tensor<1x8x6x6xui8>, tensor<4x8x3x3xi8>, tensor<4xi32>
// CHECK-NEXT: %[[WIDE:.*]] = graph.cast %[[SUMS]]
// CHECK-NEXT: %[[SCALED:.*]] = graph.binary mul %[[WIDE]], %[[FACTOR]]
// CHECK-NEXT: %[[STEPS:.*]] = graph.unary round %[[SCALED]]
// CHECK-NEXT: %[[LOW:.*]] = graph.binary max %[[STEPS]]
// CHECK-NEXT: %[[HIGH:.*]] = graph.binary min %[[LOW]]
// CHECK-NEXT: graph.cast %[[HIGH]] : {{.*}} to tensor<1x4x6x6xui8>
func.func @conv(%x: tensor<1x8x6x6xf32>) -> tensor<1x4x6x6xui8> {
  %q = graph.quantize %x scales [0.5] zero_points [3] : tensor<1x8x6x6xf32> to tensor<1x8x6x6xui8>
  %d = graph.dequantize %q scales [0.5] zero_points [3] : tensor<1x8x6x6xui8> to tensor<1x8x6x6xf32>
  %c = graph.constant dense<2> : tensor<4x8x3x3xi8>
  %w = graph.dequantize %c scales [0.5, 0.25, 0.125, 1.0] zero_points [0, 0, 0, 0]
      : tensor<4x8x3x3xi8> to tensor<4x8x3x3xf32>
  %i = graph.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
  %b = graph.dequantize %i scales [0.25, 0.125, 0.0625, 0.5] zero_points [0, 0, 0, 0]
      : tensor<4xi32> to tensor<4xf32>
  %y = graph.conv %d, %w, %b strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      : tensor<1x8x6x6xf32>, tensor<4x8x3x3xf32>, tensor<4xf32>
  %r = graph.unary relu %y : tensor<1x4x6x6xf32>
  %z = graph.quantize %r scales [2.0] zero_points [0] : tensor<1x4x6x6xf32> to tensor<1x4x6x6xui8>
  return %z : tensor<1x4x6x6xui8>
}

// CHECK-LABEL: @residual
// CHECK: graph.conv {{.*}} : tensor<1x8x6x6xui8>, tensor<4x8x1x1xi8>
// CHECK: graph.cast %arg1 : tensor<1x4x6x6xui8> to tensor<1x4x6x6xf32>
// CHECK: graph.binary add
// CHECK: graph.unary round
func.func @residual(%q: tensor<1x8x6x6xui8>, %p: tensor<1x4x6x6xui8>) -> tensor<1x4x6x6xui8> {
  %d = graph.dequantize %q scales [0.5] zero_points [0] : tensor<1x8x6x6xui8> to tensor<1x8x6x6xf32>
  %c = graph.constant dense<2> : tensor<4x8x1x1xi8>
  %w = graph.dequantize %c scales [0.5] zero_points [0] : tensor<4x8x1x1xi8> to tensor<4x8x1x1xf32>
  %y = graph.conv %d, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x8x6x6xf32>, tensor<4x8x1x1xf32>
  %o = graph.dequantize %p scales [0.25] zero_points [9] : tensor<1x4x6x6xui8> to tensor<1x4x6x6xf32>
  %s = graph.binary add %y, %o : tensor<1x4x6x6xf32>, tensor<1x4x6x6xf32>
  %z = graph.quantize %s scales [2.0] zero_points [0] : tensor<1x4x6x6xf32> to tensor<1x4x6x6xui8>
  return %z : tensor<1x4x6x6xui8>
}
