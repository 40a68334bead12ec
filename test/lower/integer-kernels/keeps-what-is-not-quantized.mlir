// RUN: mdc-opt --mdc-integer-kernels %s | FileCheck %s

// CHECK-LABEL: @floats
// CHECK-NEXT: graph.matmul %arg0, %arg1 : tensor<5x8xf32>, tensor<8x4xf32>
func.func @floats(%x: tensor<5x8xf32>, %w: tensor<8x4xf32>) -> tensor<5x4xf32> {
  %y = graph.matmul %x, %w : tensor<5x8xf32>, tensor<8x4xf32>
  return %y : tensor<5x4xf32>
}

// A right operand of the request is no weight.
// CHECK-LABEL: @two_activations
// CHECK: graph.matmul %{{.*}}, %{{.*}} : tensor<5x8xf32>, tensor<8x4xf32>
func.func @two_activations(%a: tensor<5x8xui8>, %b: tensor<8x4xi8>) -> tensor<5x4xf32> {
  %x = graph.dequantize %a scales [0.5] zero_points [3] : tensor<5x8xui8> to tensor<5x8xf32>
  %w = graph.dequantize %b scales [0.5] zero_points [3] : tensor<8x4xi8> to tensor<8x4xf32>
  %y = graph.matmul %x, %w : tensor<5x8xf32>, tensor<8x4xf32>
  return %y : tensor<5x4xf32>
}

// Scales along the sums cannot leave them.
// CHECK-LABEL: @scales_of_rows
// CHECK: graph.matmul %{{.*}}, %{{.*}} : tensor<5x2xf32>, tensor<2x4xf32>
func.func @scales_of_rows(%a: tensor<5x2xui8>) -> tensor<5x4xf32> {
  %x = graph.dequantize %a scales [0.5] zero_points [3] : tensor<5x2xui8> to tensor<5x2xf32>
  %c = graph.constant dense<2> : tensor<2x4xi8>
  %w = graph.dequantize %c scales [0.5, 0.25] zero_points [0, 0] : tensor<2x4xi8> to tensor<2x4xf32>
  %y = graph.matmul %x, %w : tensor<5x2xf32>, tensor<2x4xf32>
  return %y : tensor<5x4xf32>
}

// A float of the request is divided, as ONNX defines it.
// CHECK-LABEL: @alone
// CHECK: graph.binary div %arg0
func.func @alone(%x: tensor<5x2xf32>) -> tensor<5x2xui8> {
  %q = graph.quantize %x scales [0.375] zero_points [3] : tensor<5x2xf32> to tensor<5x2xui8>
  return %q : tensor<5x2xui8>
}
