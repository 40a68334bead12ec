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

// Integers of 8 bits that 7 bits do not hold would be cut off.
// FOLD-LABEL: @back_with_fewer_bits
// FOLD: graph.quantize %{{.*}} {bits = 7 : i64}
func.func @back_with_fewer_bits(%q: tensor<4x8xui8>) -> tensor<4x8xui8> {
  %x = graph.dequantize %q scales [0.5] zero_points [3] : tensor<4x8xui8> to tensor<4x8xf32>
  %y = graph.quantize %x scales [0.5] zero_points [3] {bits = 7 : i64}
      : tensor<4x8xf32> to tensor<4x8xui8>
  return %y : tensor<4x8xui8>
}

// FOLD-LABEL: @back_as_few_bits
// FOLD: %[[Q:.*]] = graph.quantize %arg0
// FOLD-NEXT: %[[T:.*]] = graph.transpose %[[Q]]
// FOLD-NEXT: return %[[T]]
func.func @back_as_few_bits(%x: tensor<4x8xf32>) -> tensor<8x4xui8> {
  %q = graph.quantize %x scales [0.5] zero_points [3] {bits = 7 : i64}
      : tensor<4x8xf32> to tensor<4x8xui8>
  %t = graph.transpose %q [1, 0] : tensor<4x8xui8>
  %d = graph.dequantize %t scales [0.5] zero_points [3] : tensor<8x4xui8> to tensor<8x4xf32>
  %y = graph.quantize %d scales [0.5] zero_points [3] {bits = 7 : i64}
      : tensor<8x4xf32> to tensor<8x4xui8>
  return %y : tensor<8x4xui8>
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
  // CHECK: graph.quantize_rows %{{.*}} {bits = 7 : i64} : tensor<2x4x8xf32>
  %q7, %scales7, %zeros7 = graph.quantize_rows %x {bits = 7 : i64} : tensor<2x4x8xf32>
  return %q, %scales, %zeros : tensor<2x4x8xui8>, tensor<2x4x1xf32>, tensor<2x4x1xi32>
}
