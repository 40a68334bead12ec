// RUN: mdc-opt %s | mdc-opt | FileCheck %s
// RUN: mdc-opt --canonicalize %s | FileCheck %s --check-prefix=FOLD

// CHECK-LABEL: @round_trip
// FOLD-LABEL: @round_trip
func.func @round_trip(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: graph.quantize %{{.*}} scales [5.000000e-01] zero_points [3] : tensor<4x8xf32> to tensor<4x8xui8>
  // FOLD: graph.quantize
  %q = graph.quantize %x scales [0.5] zero_points [3] : tensor<4x8xf32> to tensor<4x8xui8>
  // CHECK: graph.dequantize
  // FOLD: graph.dequantize
  %y = graph.dequantize %q scales [0.5] zero_points [3] : tensor<4x8xui8> to tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CHECK-LABEL: @along_an_axis
func.func @along_an_axis(%c: tensor<8x2xi8>) -> tensor<8x2xf32> {
  // CHECK: scales [1.0000000149011612e-01, 2.500000e-01] zero_points [0, 1] {axis = 1 : i64}
  %w = graph.dequantize %c scales [1.0000000149011612e-01, 0.25] zero_points [0, 1] {axis = 1 : i64}
      : tensor<8x2xi8> to tensor<8x2xf32>
  return %w : tensor<8x2xf32>
}

// FOLD-LABEL: @back_again
// FOLD-NEXT: return %arg0
func.func @back_again(%q: tensor<4x8xui8>) -> tensor<4x8xui8> {
  %x = graph.dequantize %q scales [0.5] zero_points [3] : tensor<4x8xui8> to tensor<4x8xf32>
  %y = graph.quantize %x scales [0.5] zero_points [3] : tensor<4x8xf32> to tensor<4x8xui8>
  return %y : tensor<4x8xui8>
}

// FOLD-LABEL: @another_scale
func.func @another_scale(%q: tensor<4x8xui8>) -> tensor<4x8xui8> {
  %x = graph.dequantize %q scales [0.5] zero_points [3] : tensor<4x8xui8> to tensor<4x8xf32>
  // FOLD: graph.quantize
  %y = graph.quantize %x scales [0.25] zero_points [3] : tensor<4x8xf32> to tensor<4x8xui8>
  return %y : tensor<4x8xui8>
}

// CHECK-LABEL: @rows
func.func @rows(%x: tensor<2x4x8xf32>) -> (tensor<2x4x8xui8>, tensor<2x4x1xf32>, tensor<2x4x1xi32>) {
  // CHECK: graph.quantize_rows %{{.*}} : tensor<2x4x8xf32>
  %q, %scales, %zeros = graph.quantize_rows %x : tensor<2x4x8xf32>
  return %q, %scales, %zeros : tensor<2x4x8xui8>, tensor<2x4x1xf32>, tensor<2x4x1xi32>
}
