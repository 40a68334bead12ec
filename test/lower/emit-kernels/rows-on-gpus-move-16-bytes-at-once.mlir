// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// Rows of a multiple of 16 bytes are read and written so much at a time; a row or an element that is
// repeated goes along.
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

// What moves whole rows, or pieces of such lengths, goes along too.
// CHECK-LABEL: func.func @gathered()
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xbf16>, vector<8xbf16>
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<?xbf16>, vector<8xbf16>
func.func @gathered(%x: tensor<100x16xbf16>, %i: tensor<5x7xi64>) -> tensor<5x7x16xbf16> {
  %0 = graph.gather %x, %i axis 0 : tensor<100x16xbf16>, tensor<5x7xi64>
  return %0 : tensor<5x7x16xbf16>
}
// CHECK-LABEL: func.func @heads()
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
func.func @heads(%x: tensor<1x5x48xf32>) -> tensor<1x3x5x8xf32> {
  %0 = graph.slice %x from affine_map<() -> (0, 0, 8)> by [1, 1, 1]
      : tensor<1x5x48xf32> to tensor<1x5x24xf32>
  %1 = graph.reshape %0 : tensor<1x5x24xf32> to tensor<1x5x3x8xf32>
  %2 = graph.transpose %1 [0, 2, 1, 3] : tensor<1x5x3x8xf32>
  return %2 : tensor<1x3x5x8xf32>
}
// CHECK-LABEL: func.func @joined()
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
func.func @joined(%x: tensor<3x8xf32>, %y: tensor<3x4xf32>) -> tensor<3x12xf32> {
  %0 = graph.concat %x, %y axis 1 : tensor<3x8xf32>, tensor<3x4xf32>
  return %0 : tensor<3x12xf32>
}

// CHECK-LABEL: func.func @double()
// CHECK: math.exp {{.*}} : vector<2xf64>
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<?xf64>, vector<2xf64>
func.func @double(%x: tensor<3x8xf64>) -> tensor<3x8xf64> {
  %0 = graph.unary exp %x : tensor<3x8xf64>
  return %0 : tensor<3x8xf64>
}

// Rows of other lengths, pieces that begin elsewhere and other moves go element by element.
// CHECK-LABEL: func.func @odd()
// CHECK-NOT: vector.
// CHECK-LABEL: func.func @begun()
// CHECK-NOT: vector.
// CHECK-LABEL: func.func @moved()
// CHECK-NOT: vector.
func.func @odd(%x: tensor<3x7xf32>) -> tensor<3x7xf32> {
  %0 = graph.unary neg %x : tensor<3x7xf32>
  return %0 : tensor<3x7xf32>
}
func.func @begun(%x: tensor<3x8xf32>) -> tensor<3x4xf32> {
  %0 = graph.slice %x from affine_map<() -> (0, 3)> by [1, 1] : tensor<3x8xf32> to tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
func.func @moved(%x: tensor<7x4xf32>) -> tensor<4x7xf32> {
  %0 = graph.transpose %x [1, 0] : tensor<7x4xf32>
  return %0 : tensor<4x7xf32>
}
