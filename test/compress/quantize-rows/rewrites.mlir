// RUN: mdc-opt --mdc-quantize-rows %s | FileCheck %s
// RUN: mdc-opt --mdc-quantize-rows=granularity=tensor %s | FileCheck %s --check-prefix=TENSOR

// Each row has its scale and zero point, each column its scale; the zero point's part of the sums is
// known from the weights.
// CHECK-LABEL: @product
// CHECK: %[[Q:.*]], %[[SCALES:.*]], %[[ZEROS:.*]] = graph.quantize_rows %arg0
// CHECK: %[[W:.*]] = graph.constant dense<{{\[\[}}127, 127], [64, -127]]> : tensor<2x2xi8>
// CHECK: %[[SUMS:.*]] = graph.matmul %[[Q]], %[[W]] {graph.compression = {precision = "int8"
// CHECK-SAME: weight_bytes_before = 16 : i64
// CHECK: %[[COLUMNS:.*]] = graph.constant dense<[191, 0]> : tensor<2xi32>
// CHECK: %[[EXCESS:.*]] = graph.binary mul %[[ZEROS]], %[[COLUMNS]]
// CHECK: %[[STEPS:.*]] = graph.binary sub %[[SUMS]], %[[EXCESS]]
// CHECK: %[[NUMBERS:.*]] = graph.cast %[[STEPS]]
// CHECK: %[[WEIGHT_SCALES:.*]] = graph.constant dense<[0.01574{{.*}}, 0.00393{{.*}}]> : tensor<2xf32>
// CHECK: %[[ROWS:.*]] = graph.binary mul %[[NUMBERS]], %[[SCALES]]
// CHECK: %[[Y:.*]] = graph.binary mul %[[ROWS]], %[[WEIGHT_SCALES]]
// CHECK: return %[[Y]]
// TENSOR-LABEL: @product
// TENSOR: graph.constant dense<{{\[\[}}127, 32], [64, -32]]> : tensor<2x2xi8>
// TENSOR: graph.constant dense<0.01574{{.*}}> : tensor<f32>
func.func @product(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = graph.constant dense<[[2.0, 0.5], [1.0, -0.5]]> : tensor<2x2xf32>
  %y = graph.matmul %x, %w : tensor<4x2xf32>, tensor<2x2xf32>
  return %y : tensor<4x2xf32>
}

// CHECK-LABEL: @readers_share_the_rows
// CHECK-COUNT-1: graph.quantize_rows
// CHECK-NOT: graph.quantize_rows
// CHECK: return
func.func @readers_share_the_rows(%x: tensor<3x4x2xf32>) -> (tensor<3x4x2xf32>, tensor<3x4x3xf32>) {
  %w = graph.constant dense<0.5> : tensor<2x2xf32>
  %v = graph.constant dense<0.25> : tensor<3x2xf32>
  %y = graph.matmul %x, %w : tensor<3x4x2xf32>, tensor<2x2xf32>
  %z = graph.matmul %x, %v transposed : tensor<3x4x2xf32>, tensor<3x2xf32>
  return %y, %z : tensor<3x4x2xf32>, tensor<3x4x3xf32>
}

// CHECK-LABEL: @a_convolution_has_weights_of_bytes
// CHECK: %[[BYTES:.*]] = graph.constant dense<127> : tensor<2x2x1x1xi8>
// CHECK: %[[W:.*]] = graph.dequantize %[[BYTES]]
// CHECK: graph.conv %arg0, %[[W]]{{.*}}note = "weights alone are bytes: a convolution reads no rows"
func.func @a_convolution_has_weights_of_bytes(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = graph.constant dense<0.5> : tensor<2x2x1x1xf32>
  %y = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>
  return %y : tensor<1x2x4x4xf32>
}
