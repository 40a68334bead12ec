// RUN: mdc-opt %s | mdc-opt | FileCheck %s

// CHECK-LABEL: func @transposed_operands_swap_their_last_axes
func.func @transposed_operands_swap_their_last_axes(%a: tensor<768x128xf32>, %b: tensor<3072x768xf32>)
    -> tensor<128x3072xf32> {
  // CHECK: graph.matmul %{{.*}} transposed, %{{.*}} transposed : tensor<768x128xf32>, tensor<3072x768xf32>
  %0 = graph.matmul %a transposed, %b transposed : tensor<768x128xf32>, tensor<3072x768xf32>
  return %0 : tensor<128x3072xf32>
}

// CHECK-LABEL: func @outer_axes_broadcast
func.func @outer_axes_broadcast(%a: tensor<5x1x4x8xf32>, %b: tensor<3x8x2xf32>) -> tensor<5x3x4x2xf32> {
  // CHECK: graph.matmul %{{.*}}, %{{.*}} : tensor<5x1x4x8xf32>, tensor<3x8x2xf32>
  %0 = graph.matmul %a, %b : tensor<5x1x4x8xf32>, tensor<3x8x2xf32>
  return %0 : tensor<5x3x4x2xf32>
}

// Attention: both sides share an open extent, which stays open in the scores.
#heads = affine_map<()[s0] -> (12, s0, 64)>
#scores = affine_map<()[s0] -> (12, s0, s0)>
// CHECK-LABEL: func @an_open_extent_appears_twice
func.func @an_open_extent_appears_twice(%q: tensor<12x?x64xf32, #heads>, %k: tensor<12x?x64xf32, #heads>)
    -> tensor<12x?x?xf32, #scores> {
  // CHECK: graph.matmul
  %0 = graph.matmul %q, %k transposed : tensor<12x?x64xf32, #heads>, tensor<12x?x64xf32, #heads>
  return %0 : tensor<12x?x?xf32, #scores>
}

// CHECK-LABEL: func @matmul_of_bytes
// CHECK: graph.matmul %{{.*}}, %{{.*}} : tensor<4x8xui8>, tensor<8x16xi8>
func.func @matmul_of_bytes(%a: tensor<4x8xui8>, %b: tensor<8x16xi8>) -> tensor<4x16xi32> {
  %0 = graph.matmul %a, %b : tensor<4x8xui8>, tensor<8x16xi8>
  return %0 : tensor<4x16xi32>
}

// CHECK-LABEL: func @matmul_of_stored_bytes
// CHECK: graph.matmul %{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<8x16xi8>
func.func @matmul_of_stored_bytes(%a: tensor<4x8xf32>, %b: tensor<8x16xi8>) -> tensor<4x16xf32> {
  %0 = graph.matmul %a, %b : tensor<4x8xf32>, tensor<8x16xi8>
  return %0 : tensor<4x16xf32>
}
