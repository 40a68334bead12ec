// What compression noted on a layer goes to the product of bytes that it becomes.
// RUN: mdc-opt --mdc-integer-kernels %s | FileCheck %s

// CHECK-LABEL: @product
// CHECK: graph.matmul {{.*}} {graph.compression = {precision = "int8", sqnr_db = 3.050000e+01 : f64}{{.*}}} : tensor<5x8xui8>, tensor<8x4xi8>
func.func @product(%q: tensor<5x8xui8>) -> tensor<5x4xf32> {
  %d = graph.dequantize %q scales [0.5] zero_points [3] : tensor<5x8xui8> to tensor<5x8xf32>
  %c = graph.constant dense<2> : tensor<8x4xi8>
  %w = graph.dequantize %c scales [0.25] zero_points [0] : tensor<8x4xi8> to tensor<8x4xf32>
  %y = graph.matmul %d, %w {graph.compression = {precision = "int8", sqnr_db = 30.5 : f64}}
      : tensor<5x8xf32>, tensor<8x4xf32>
  return %y : tensor<5x4xf32>
}

// CHECK-LABEL: @convolution
// CHECK: graph.conv {{.*}}graph.compression = {note = "of bytes"}{{.*}} : tensor<1x2x4x4xui8>, tensor<3x2x1x1xi8>
func.func @convolution(%q: tensor<1x2x4x4xui8>) -> tensor<1x3x4x4xf32> {
  %d = graph.dequantize %q scales [0.5] zero_points [0] : tensor<1x2x4x4xui8> to tensor<1x2x4x4xf32>
  %c = graph.constant dense<2> : tensor<3x2x1x1xi8>
  %w = graph.dequantize %c scales [0.25] zero_points [0] : tensor<3x2x1x1xi8> to tensor<3x2x1x1xf32>
  %y = graph.conv %d, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      {graph.compression = {note = "of bytes"}} : tensor<1x2x4x4xf32>, tensor<3x2x1x1xf32>
  return %y : tensor<1x3x4x4xf32>
}
