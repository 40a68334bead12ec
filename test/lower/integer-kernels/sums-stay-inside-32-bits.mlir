// RUN: mdc-opt --mdc-integer-kernels %s | FileCheck %s

// 65536 products of at most 255 * 128 fit, in whichever order they are added.
// CHECK-LABEL: @deepest
// CHECK: graph.matmul {{.*}} : tensor<1x65536xui8>, tensor<65536x2xi8>
func.func @deepest(%q: tensor<1x65536xui8>) -> tensor<1x2xf32> {
  %d = graph.dequantize %q scales [0.5] zero_points [3] : tensor<1x65536xui8> to tensor<1x65536xf32>
  %c = graph.constant dense<-128> : tensor<65536x2xi8>
  %w = graph.dequantize %c scales [0.5] zero_points [0] : tensor<65536x2xi8> to tensor<65536x2xf32>
  %y = graph.matmul %d, %w : tensor<1x65536xf32>, tensor<65536x2xf32>
  return %y : tensor<1x2xf32>
}

// CHECK-LABEL: @too_deep
// CHECK-NOT: xi32>
// CHECK: graph.matmul {{.*}} : tensor<1x65537xf32>, tensor<65537x2xf32>
func.func @too_deep(%q: tensor<1x65537xui8>) -> tensor<1x2xf32> {
  %d = graph.dequantize %q scales [0.5] zero_points [3] : tensor<1x65537xui8> to tensor<1x65537xf32>
  %c = graph.constant dense<-128> : tensor<65537x2xi8>
  %w = graph.dequantize %c scales [0.5] zero_points [0] : tensor<65537x2xi8> to tensor<65537x2xf32>
  %y = graph.matmul %d, %w : tensor<1x65537xf32>, tensor<65537x2xf32>
  return %y : tensor<1x2xf32>
}

// -128 around a zero point of 127 is -255: two weights, whose sums are twice as large together.
// CHECK-LABEL: @deepest_of_two
// CHECK-COUNT-2: graph.conv {{.*}} : tensor<1x32768x1x1xui8>, tensor<2x32768x1x1xi8>
func.func @deepest_of_two(%q: tensor<1x32768x1x1xui8>) -> tensor<1x2x1x1xf32> {
  %d = graph.dequantize %q scales [0.5] zero_points [0]
      : tensor<1x32768x1x1xui8> to tensor<1x32768x1x1xf32>
  %c = graph.constant dense<-128> : tensor<2x32768x1x1xi8>
  %w = graph.dequantize %c scales [0.5] zero_points [127]
      : tensor<2x32768x1x1xi8> to tensor<2x32768x1x1xf32>
  %y = graph.conv %d, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x32768x1x1xf32>, tensor<2x32768x1x1xf32>
  return %y : tensor<1x2x1x1xf32>
}

// CHECK-LABEL: @too_deep_for_two
// CHECK-NOT: xi32>
// CHECK: graph.conv {{.*}} : tensor<1x32769x1x1xf32>, tensor<2x32769x1x1xf32>
func.func @too_deep_for_two(%q: tensor<1x32769x1x1xui8>) -> tensor<1x2x1x1xf32> {
  %d = graph.dequantize %q scales [0.5] zero_points [0]
      : tensor<1x32769x1x1xui8> to tensor<1x32769x1x1xf32>
  %c = graph.constant dense<-128> : tensor<2x32769x1x1xi8>
  %w = graph.dequantize %c scales [0.5] zero_points [127]
      : tensor<2x32769x1x1xi8> to tensor<2x32769x1x1xf32>
  %y = graph.conv %d, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x32769x1x1xf32>, tensor<2x32769x1x1xf32>
  return %y : tensor<1x2x1x1xf32>
}

// 2147222527 + 8 * 255 * 128 is 2^31 - 1: sums that start there cannot pass it.
// CHECK-LABEL: @largest_bias
// CHECK: %[[START:.*]] = graph.constant dense<[2147222527, -2147222527]> : tensor<2xi32>
// CHECK: graph.conv %arg0, %{{[a-z0-9_]*}}, %[[START]]
// CHECK-NOT: graph.binary add
// CHECK: return
func.func @largest_bias(%q: tensor<1x8x1x1xui8>) -> tensor<1x2x1x1xf32> {
  %d = graph.dequantize %q scales [0.5] zero_points [0] : tensor<1x8x1x1xui8> to tensor<1x8x1x1xf32>
  %c = graph.constant dense<2> : tensor<2x8x1x1xi8>
  %w = graph.dequantize %c scales [0.5] zero_points [0] : tensor<2x8x1x1xi8> to tensor<2x8x1x1xf32>
  %i = graph.constant dense<[2147222527, -2147222527]> : tensor<2xi32>
  %b = graph.dequantize %i scales [0.25] zero_points [0] : tensor<2xi32> to tensor<2xf32>
  %y = graph.conv %d, %w, %b strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x8x1x1xf32>, tensor<2x8x1x1xf32>, tensor<2xf32>
  return %y : tensor<1x2x1x1xf32>
}

// One more in one channel: the bias is added to the floats, the product stays one of bytes.
// CHECK-LABEL: @bias_beyond
// CHECK: %[[SUMS:.*]] = graph.conv %arg0, %{{[a-z0-9_]*}} strides {{.*}} : tensor<1x8x1x1xui8>, tensor<2x8x1x1xi8>
// CHECK: %[[WIDE:.*]] = graph.cast %[[SUMS]]
// CHECK: %[[SCALED:.*]] = graph.binary mul %[[WIDE]]
// CHECK: graph.binary add %[[SCALED]], {{.*}} : tensor<1x2x1x1xf32>
func.func @bias_beyond(%q: tensor<1x8x1x1xui8>) -> tensor<1x2x1x1xf32> {
  %d = graph.dequantize %q scales [0.5] zero_points [0] : tensor<1x8x1x1xui8> to tensor<1x8x1x1xf32>
  %c = graph.constant dense<2> : tensor<2x8x1x1xi8>
  %w = graph.dequantize %c scales [0.5] zero_points [0] : tensor<2x8x1x1xi8> to tensor<2x8x1x1xf32>
  %i = graph.constant dense<[7, -2147222528]> : tensor<2xi32>
  %b = graph.dequantize %i scales [0.25] zero_points [0] : tensor<2xi32> to tensor<2xf32>
  %y = graph.conv %d, %w, %b strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x8x1x1xf32>, tensor<2x8x1x1xf32>, tensor<2xf32>
  return %y : tensor<1x2x1x1xf32>
}
