// RUN: mdc-opt %s --mdc-split-variants | FileCheck %s

// One function for each listed extent, the smallest first; each says what it binds and what the
// model looked like before.

// CHECK: func @classify_1(%{{.*}}: tensor<1x4xf32> {graph.name = "x"}) -> tensor<1x4xf32>
// CHECK-SAME: graph.signature = (tensor<?x4xf32, #{{[a-z0-9]*}}>) -> tensor<?x4xf32, #{{[a-z0-9]*}}>
// CHECK-SAME: graph.variant = array<i64: 1>
// CHECK-NOT: graph.variants
// CHECK: graph.softmax %{{.*}} axis 1 : tensor<1x4xf32>
// CHECK: func @classify_8(%{{.*}}: tensor<8x4xf32>
func.func @classify(%x: tensor<?x4xf32, affine_map<()[s0] -> (s0, 4)>> {graph.name = "x"})
    -> tensor<?x4xf32, affine_map<()[s0] -> (s0, 4)>>
    attributes {graph.dims = ["batch"], graph.max = array<i64: 8>,
                graph.variants = [array<i64: 1, 8>]} {
  %0 = graph.softmax %x axis 1 : tensor<?x4xf32, affine_map<()[s0] -> (s0, 4)>>
  return %0 : tensor<?x4xf32, affine_map<()[s0] -> (s0, 4)>>
}

// All combinations, ordered by size; a dimension without a list stays open in each.
// CHECK: func @grid_1_2_open(%{{.*}}: tensor<1x2x?xf32, #{{.*}}>
// CHECK: func @grid_1_3_open
// CHECK: func @grid_4_2_open
// CHECK: func @grid_4_3_open(%{{.*}}: tensor<4x3x?xf32, #{{.*}}>
func.func @grid(%x: tensor<?x?x?xf32, affine_map<()[s0, s1, s2] -> (s0, s1, s2)>>)
    -> tensor<?x?x?xf32, affine_map<()[s0, s1, s2] -> (s0, s1, s2)>>
    attributes {graph.dims = ["a", "b", "c"], graph.max = array<i64: 4, 3, 9>,
                graph.variants = [array<i64: 1, 4>, array<i64: 2, 3>, array<i64>]} {
  %0 = graph.unary exp %x : tensor<?x?x?xf32, affine_map<()[s0, s1, s2] -> (s0, s1, s2)>>
  return %0 : tensor<?x?x?xf32, affine_map<()[s0, s1, s2] -> (s0, s1, s2)>>
}

