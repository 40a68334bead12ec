// RUN: mdc-opt %s "--mdc-emit-kernels=isa=v3" --canonicalize --cse -split-input-file | FileCheck %s

// Places and weights of the columns are found once for the rows of an item. A row of the input,
// blended along the other axes, lies between its edges; each lane takes two neighbours of it.
// CHECK-LABEL: func.func @linear
// CHECK: %[[PLACES:.*]] = memref.alloca() {{.*}} : memref<32xi32>
// CHECK: %[[WEIGHTS:.*]] = memref.alloca() {{.*}} : memref<32xf32>
// CHECK: %[[ROW:.*]] = memref.alloca() {{.*}} : memref<25xf32>
// CHECK: memref.store {{.*}}, %[[PLACES]]
// CHECK: memref.store {{.*}}, %[[WEIGHTS]]
// CHECK: vector.load {{.*}} : memref<?xf32>, vector<16xf32>
// CHECK: vector.load {{.*}} : memref<?xf32>, vector<16xf32>
// CHECK: math.fma
// CHECK: vector.store {{.*}}, %[[ROW]][%c1]
// CHECK-COUNT-16: vector.load %[[ROW]]{{.*}} vector<2xf32>
// CHECK: vector.deinterleave
// CHECK: math.fma
// CHECK: arith.negf
// CHECK: vector.store {{.*}} : memref<?xf32>, vector<16xf32>
func.func @linear(%x: tensor<1x3x9x7xf32>) -> tensor<1x3x18x21xf32> {
  %0 = graph.resize linear %x scales [1.0, 1.0, 0.5, 0.25] offsets [0.0, 0.0, -0.25, -0.375]
      : tensor<1x3x9x7xf32> to tensor<1x3x18x21xf32>
  %1 = graph.unary neg %0 : tensor<1x3x18x21xf32>
  return %1 : tensor<1x3x18x21xf32>
}

// -----

// Elements that are there twice need no table.
// CHECK-LABEL: func.func @repeated
// CHECK-NOT: memref<{{.*}}xi32>
// CHECK: vector.load {{.*}} : memref<{{[0-9]+}}xi8>, vector<8xi8>
// CHECK: vector.shuffle {{.*}} [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]
func.func @repeated(%x: tensor<1x3x9x16xui8>) -> tensor<1x3x9x32xui8> {
  %0 = graph.resize floor %x scales [1.0, 1.0, 1.0, 0.5] offsets [0.0, 0.0, 0.0, 0.0]
      : tensor<1x3x9x16xui8> to tensor<1x3x9x32xui8>
  return %0 : tensor<1x3x9x32xui8>
}

// -----

// A value that is read elsewhere too, few columns of many, and blocks of channels go lane by lane or
// as they are.
// CHECK-LABEL: func.func @moved
// CHECK-NOT: memref.alloca
// CHECK: return
func.func @moved(%x: tensor<9x16xf32>) -> tensor<9x32xf32> {
  %0 = graph.resize linear %x scales [1.0, 0.5] offsets [0.0, -0.25]
      : tensor<9x16xf32> to tensor<9x32xf32>
  %1 = graph.slice %0 from affine_map<() -> (0, 31)> by [1, -1] : tensor<9x32xf32> to tensor<9x32xf32>
  %2 = graph.binary add %0, %1 : tensor<9x32xf32>, tensor<9x32xf32>
  return %2 : tensor<9x32xf32>
}

// -----

// CHECK-LABEL: func.func @few_of_many
// CHECK-NOT: memref.alloca
// CHECK: return
func.func @few_of_many(%x: tensor<9x64xf32>) -> tensor<9x16xf32> {
  %0 = graph.resize floor %x scales [1.0, 4.0] offsets [0.0, 0.0]
      : tensor<9x64xf32> to tensor<9x16xf32>
  return %0 : tensor<9x16xf32>
}

// -----

// CHECK-LABEL: func.func @blocked
// CHECK-NOT: memref.alloca
// CHECK: return
func.func @blocked(%x: tensor<1x16x9x16xf32> {graph.layout = "c16"})
    -> (tensor<1x16x9x32xf32> {graph.layout = "c16"}) {
  %0 = graph.resize floor %x scales [1.0, 1.0, 1.0, 0.5] offsets [0.0, 0.0, 0.0, 0.0]
      : tensor<1x16x9x16xf32> to tensor<1x16x9x32xf32>
  return %0 : tensor<1x16x9x32xf32>
}

// -----

// CHECK-LABEL: func.func @scalar
// CHECK-NOT: memref.alloca
// CHECK: return
func.func @scalar(%x: tensor<f32>) -> tensor<f32> {
  %0 = graph.resize floor %x scales [] offsets [] : tensor<f32> to tensor<f32>
  return %0 : tensor<f32>
}
