// RUN: mdc-opt --mdc-quantize %s | FileCheck %s

// Both scales are 1, and 2 products may reach 2 * 2 * 255 * 128: what is left of 2^31 - 1 is
// 2147353087, and 2147352960 is the largest f32 below.
// CHECK-LABEL: @fits
// CHECK: %[[CODES:.*]] = graph.constant dense<[2147352960, -2147352960]> : tensor<2xi32>
// CHECK: %[[BIAS:.*]] = graph.dequantize %[[CODES]] scales [1.0{{.*}}, 1.0{{.*}}]
// CHECK: graph.conv %{{.*}}, %{{.*}}, %[[BIAS]] {{.*}}precision = "int8"
func.func @fits(%x: tensor<1x2x6x6xf32> {graph.range = [0.0, 255.0]}) -> tensor<1x2x6x6xf32> {
  %w = graph.constant dense<127.0> : tensor<2x2x1x1xf32>
  %b = graph.constant dense<[2147352960.0, -2147352960.0]> : tensor<2xf32>
  %y = graph.conv %x, %w, %b strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x2x6x6xf32>, tensor<2x2x1x1xf32>, tensor<2xf32>
  return %y : tensor<1x2x6x6xf32>
}

// The next f32 in one channel: the bias stays as it was, the layer still multiplies bytes.
// CHECK-LABEL: @beyond
// CHECK: %[[BIAS:.*]] = graph.constant dense<[1.000000e+00, -2.14735309E+9]> : tensor<2xf32>
// CHECK: graph.conv %{{.*}}, %{{.*}}, %[[BIAS]] {{.*}}precision = "int8"
func.func @beyond(%x: tensor<1x2x6x6xf32> {graph.range = [0.0, 255.0]}) -> tensor<1x2x6x6xf32> {
  %w = graph.constant dense<127.0> : tensor<2x2x1x1xf32>
  %b = graph.constant dense<[1.0, -2147353088.0]> : tensor<2xf32>
  %y = graph.conv %x, %w, %b strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x2x6x6xf32>, tensor<2x2x1x1xf32>, tensor<2xf32>
  return %y : tensor<1x2x6x6xf32>
}
