// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// Rows of a multiple of four elements are read and written 16 bytes at a time; a row or an element
// that is repeated goes along.
// CHECK-LABEL: func.func @rows()
// CHECK: scf.parallel
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
func.func @rows(%x: tensor<3x8xf32>, %b: tensor<8xf32>, %s: tensor<3x1xf32>) -> tensor<3x8xf32> {
  %0 = graph.binary add %x, %b : tensor<3x8xf32>, tensor<8xf32>
  %1 = graph.binary mul %0, %s : tensor<3x8xf32>, tensor<3x1xf32>
  return %1 : tensor<3x8xf32>
}

// CHECK-LABEL: func.func @halves()
// CHECK: vector.load {{.*}} {alignment = 8 : i64} : memref<?xf16>, vector<4xf16>
// CHECK: vector.store {{.*}} {alignment = 4 : i64} : memref<?xi8>, vector<4xi8>
func.func @halves(%x: tensor<5x4xf16>) -> tensor<5x4xui8> {
  %0 = graph.cast %x : tensor<5x4xf16> to tensor<5x4xui8>
  return %0 : tensor<5x4xui8>
}

// Rows of other lengths, moves and f64 go element by element.
// CHECK-LABEL: func.func @odd()
// CHECK-NOT: vector.
// CHECK-LABEL: func.func @moved()
// CHECK-NOT: vector.
// CHECK-LABEL: func.func @double()
// CHECK-NOT: vector.
func.func @odd(%x: tensor<3x7xf32>) -> tensor<3x7xf32> {
  %0 = graph.unary neg %x : tensor<3x7xf32>
  return %0 : tensor<3x7xf32>
}
func.func @moved(%x: tensor<8x4xf32>) -> tensor<4x8xf32> {
  %0 = graph.transpose %x [1, 0] : tensor<8x4xf32>
  return %0 : tensor<4x8xf32>
}
func.func @double(%x: tensor<3x8xf64>) -> tensor<3x8xf64> {
  %0 = graph.unary exp %x : tensor<3x8xf64>
  return %0 : tensor<3x8xf64>
}
