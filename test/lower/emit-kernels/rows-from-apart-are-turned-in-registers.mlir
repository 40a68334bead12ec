// RUN: mdc-opt %s "--mdc-emit-kernels=isa=v3" -split-input-file | FileCheck %s

// 16 rows of two at once: a vector of each column, then the two joined; of the last row a part.
// CHECK-LABEL: func.func @pixels
// CHECK: %[[A:.*]] = vector.load {{.*}} vector<16xf32>
// CHECK: %[[B:.*]] = vector.load {{.*}} vector<16xf32>
// CHECK: %[[ROWS:.*]] = vector.shuffle {{.*}} [0, 16, 1, 17,
// CHECK: vector.store %[[ROWS]], {{.*}} vector<32xf32>
// CHECK: vector.maskedstore {{.*}} vector<32xi1>, vector<32xf32>
func.func @pixels(%x: tensor<1x2x3x33xf32>) -> tensor<1x3x33x2xf32> {
  %0 = graph.transpose %x [0, 2, 3, 1] : tensor<1x2x3x33xf32>
  %1 = graph.unary relu %0 : tensor<1x3x33x2xf32>
  return %1 : tensor<1x3x33x2xf32>
}

// -----

// Of three columns the last one is joined to the pairs of the others.
// CHECK-LABEL: func.func @of_three
// CHECK-COUNT-3: vector.load {{.*}} vector<16xi8>
// CHECK: %[[PAIRS:.*]] = vector.shuffle {{.*}} : vector<16xi8>, vector<16xi8>
// CHECK: %[[ROWS:.*]] = vector.shuffle %[[PAIRS]], {{.*}} [0, 1, 32, 2, 3, 33,
// CHECK: vector.store %[[ROWS]], {{.*}} vector<48xi8>
func.func @of_three(%x: tensor<3x32xui8>) -> tensor<32x3xui8> {
  %0 = graph.transpose %x [1, 0] : tensor<3x32xui8>
  return %0 : tensor<32x3xui8>
}

// -----

// Squares of 16 by 16; those of the last rows and elements overlap the ones before.
// CHECK-LABEL: func.func @squares
// CHECK-DAG: %[[LAST_ROW:.*]] = arith.constant 17 : index
// CHECK-DAG: %[[LAST_ELEMENT:.*]] = arith.constant 24 : index
// CHECK: arith.minsi {{.*}}, %[[LAST_ROW]]
// CHECK: scf.for
// CHECK-COUNT-16: vector.load {{.*}} vector<16xf32>
// CHECK-COUNT-64: vector.shuffle
// CHECK-COUNT-16: vector.store {{.*}} vector<16xf32>
// CHECK: %[[LAST_ELEMENT]]
// CHECK-COUNT-16: vector.store {{.*}} vector<16xf32>
// CHECK-NOT: vector.store
func.func @squares(%x: tensor<40x33xf32>) -> tensor<33x40xf32> {
  %0 = graph.transpose %x [1, 0] : tensor<40x33xf32>
  return %0 : tensor<33x40xf32>
}

// -----

// Of many ops each is there once: what is turned goes through the stack, column by column to it and
// row by row from it.
// CHECK-LABEL: func.func @heavy
// CHECK: %[[SQUARE:.*]] = memref.alloca() {{.*}} : memref<256xf32>
// CHECK: scf.for
// CHECK: vector.load %{{[0-9]+}}[
// CHECK: math.exp
// CHECK: vector.store {{.*}}, %[[SQUARE]]
// CHECK-NOT: math.exp
// CHECK-COUNT-16: vector.load %[[SQUARE]]
// CHECK-COUNT-16: vector.store {{.*}}, %[[SQUARE]]
// CHECK: scf.for
// CHECK: vector.load %[[SQUARE]]
// CHECK: math.erf
// CHECK-NOT: math.erf
// CHECK: return
func.func @heavy(%x: tensor<32x48xf32>) -> tensor<48x32xf32> {
  %0 = graph.unary exp %x : tensor<32x48xf32>
  %1 = graph.transpose %0 [1, 0] : tensor<32x48xf32>
  %2 = graph.unary erf %1 : tensor<48x32xf32>
  %3 = graph.binary mul %1, %2 : tensor<48x32xf32>, tensor<48x32xf32>
  return %3 : tensor<48x32xf32>
}

// -----

// Rows that lie together, and those that are too few for a square, go as they are.
// CHECK-LABEL: func.func @together
// CHECK-NOT: vector.shuffle
// CHECK: return
func.func @together(%x: tensor<33x2xf32>) -> tensor<33x2xf32> {
  %0 = graph.unary relu %x : tensor<33x2xf32>
  return %0 : tensor<33x2xf32>
}

// -----

// CHECK-LABEL: func.func @too_few
// CHECK-NOT: vector.shuffle
// CHECK: return
func.func @too_few(%x: tensor<40x15xf32>) -> tensor<15x40xf32> {
  %0 = graph.transpose %x [1, 0] : tensor<40x15xf32>
  return %0 : tensor<15x40xf32>
}
