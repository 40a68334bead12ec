// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// A thread reads four rows of four elements by 16 bytes each, and writes as many.
// CHECK-LABEL: func.func @plain()
// CHECK: scf.parallel
// CHECK-COUNT-4: vector.load {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK-COUNT-4: vector.store {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK-NOT: vector.store
// CHECK-NOT: memref.store
func.func @plain(%x: tensor<8x12xf32>) -> tensor<12x8xf32> {
  %0 = graph.transpose %x [1, 0] : tensor<8x12xf32>
  return %0 : tensor<12x8xf32>
}

// What is computed before and behind it goes along; elements of 16 bits turn by eight.
// CHECK-LABEL: func.func @computed()
// CHECK-COUNT-8: vector.load {{.*}} {alignment = 16 : i64} : memref<?xbf16>, vector<8xbf16>
// CHECK-COUNT-8: vector.store {{.*}} {alignment = 16 : i64} : memref<?xbf16>, vector<8xbf16>
// CHECK-NOT: memref.store
func.func @computed(%x: tensor<2x16x3x8xbf16>, %b: tensor<16xbf16>) -> tensor<2x3x8x16xbf16> {
  %0 = graph.unary relu %x : tensor<2x16x3x8xbf16>
  %1 = graph.transpose %0 [0, 2, 3, 1] : tensor<2x16x3x8xbf16>
  %2 = graph.binary add %1, %b : tensor<2x3x8x16xbf16>, tensor<16xbf16>
  return %2 : tensor<2x3x8x16xbf16>
}

// A square may be smaller, and an axis that is not turned open.
// CHECK-LABEL: func.func @pairs()
// CHECK-COUNT-2: vector.load {{.*}} {alignment = 8 : i64} : memref<?xf32>, vector<2xf32>
// CHECK-COUNT-2: vector.store {{.*}} {alignment = 8 : i64} : memref<?xf32>, vector<2xf32>
func.func @pairs(%x: tensor<?x6x10xf32, affine_map<()[s0] -> (s0, 6, 10)>>)
    -> tensor<?x10x6xf32, affine_map<()[s0] -> (s0, 10, 6)>> {
  %0 = graph.transpose %x [0, 2, 1]
      : tensor<?x6x10xf32, affine_map<()[s0] -> (s0, 6, 10)>>
  return %0 : tensor<?x10x6xf32, affine_map<()[s0] -> (s0, 10, 6)>>
}

// Rows of no multiple, and what a row of the result computes elsewhere, go element by element.
// CHECK-LABEL: func.func @odd()
// CHECK-NOT: vector.
// CHECK-LABEL: func.func @reversed()
// CHECK-NOT: vector.
func.func @odd(%x: tensor<8x5xf32>) -> tensor<5x8xf32> {
  %0 = graph.transpose %x [1, 0] : tensor<8x5xf32>
  return %0 : tensor<5x8xf32>
}
func.func @reversed(%x: tensor<8x4xf32>) -> tensor<4x8xf32> {
  %0 = graph.transpose %x [1, 0] : tensor<8x4xf32>
  %1 = graph.slice %0 from affine_map<() -> (0, 7)> by [1, -1] : tensor<4x8xf32> to tensor<4x8xf32>
  return %1 : tensor<4x8xf32>
}
