// RUN: mdc-opt %s --mdc-outline-constants --split-input-file | FileCheck %s

// A broadcast would be stored at 64 times what it is computed from, so only its input is.
// CHECK-LABEL: func private @constants
// CHECK-SAME: () -> (tensor<1x8192xf32> {graph.name = "constant 0"})
// CHECK-LABEL: func @main
// CHECK: %[[ROW:.*]] = call @constants()
// CHECK: graph.broadcast %[[ROW]]
func.func @main(%x: tensor<64x8192xf32>) -> tensor<64x8192xf32> {
  %c = graph.constant dense<2.0> : tensor<1x8192xf32>
  %row = graph.unary exp %c : tensor<1x8192xf32>
  %wide = graph.broadcast %row : tensor<1x8192xf32> to tensor<64x8192xf32>
  %y = graph.binary add %x, %wide : tensor<64x8192xf32>, tensor<64x8192xf32>
  return %y : tensor<64x8192xf32>
}

// -----

// Products of bytes are found by the dequantized weight.
// CHECK-NOT: @constants
// CHECK: graph.dequantize
func.func @main(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %c = graph.constant dense<3> : tensor<2x2xi8>
  %w = graph.dequantize %c scales [0.5] zero_points [0] : tensor<2x2xi8> to tensor<2x2xf32>
  %y = graph.matmul %x, %w : tensor<3x2xf32>, tensor<2x2xf32>
  return %y : tensor<3x2xf32>
}

// -----

// No result file holds booleans; the ops behind one are still computed at build time.
// CHECK-LABEL: func private @constants
// CHECK: graph.compare
// CHECK: graph.select
// CHECK-LABEL: func @main
// CHECK-NOT: graph.compare
func.func @main(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %c = graph.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %e = graph.unary exp %c : tensor<2x2xf32>
  %less = graph.compare lt %c, %e : tensor<2x2xf32>, tensor<2x2xf32>
  %w = graph.select %less, %c, %e : tensor<2x2xi1>, tensor<2x2xf32>, tensor<2x2xf32>
  %y = graph.matmul %x, %w : tensor<2x2xf32>, tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
