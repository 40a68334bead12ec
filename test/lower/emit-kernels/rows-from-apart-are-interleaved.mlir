// RUN: mdc-opt %s "--mdc-emit-kernels=isa=v3" -split-input-file | FileCheck %s

// 16 rows of two at once: a vector of each column, then the two interleaved; of the last row a part.
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

// Of four columns the first and the third meet first.
// CHECK-LABEL: func.func @of_four
// CHECK-COUNT-4: vector.load {{.*}} vector<16xi8>
// CHECK-COUNT-2: vector.shuffle {{.*}} : vector<16xi8>, vector<16xi8>
// CHECK: %[[ROWS:.*]] = vector.shuffle {{.*}} : vector<32xi8>, vector<32xi8>
// CHECK: vector.store %[[ROWS]], {{.*}} vector<64xi8>
func.func @of_four(%x: tensor<4x32xui8>) -> tensor<32x4xui8> {
  %0 = graph.transpose %x [1, 0] : tensor<4x32xui8>
  return %0 : tensor<32x4xui8>
}

// -----

// Rows that lie together, and those of other lengths, go as they are.
// CHECK-LABEL: func.func @together
// CHECK-NOT: vector.shuffle
// CHECK: return
func.func @together(%x: tensor<33x2xf32>) -> tensor<33x2xf32> {
  %0 = graph.unary relu %x : tensor<33x2xf32>
  return %0 : tensor<33x2xf32>
}

// -----

// CHECK-LABEL: func.func @of_three
// CHECK-NOT: vector.shuffle
// CHECK: return
func.func @of_three(%x: tensor<3x33xf32>) -> tensor<33x3xf32> {
  %0 = graph.transpose %x [1, 0] : tensor<3x33xf32>
  return %0 : tensor<33x3xf32>
}
