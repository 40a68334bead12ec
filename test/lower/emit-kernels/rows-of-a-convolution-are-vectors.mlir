// RUN: mdc-opt %s "--mdc-emit-kernels=isa=v3" --canonicalize --cse | FileCheck %s

// Three spatial axes: 16 columns of a row at once, those outside the input masked away. Four of the
// eight channels share them.
// CHECK-LABEL: func.func @three_axes()
func.func @three_axes(%x: tensor<1x4x5x6x40xf32>, %w: tensor<8x4x3x3x3xf32>)
    -> tensor<1x8x3x4x38xf32> {
  // CHECK: %[[INSIDE:.*]] = arith.cmpi ult, {{.*}} : vector<16xi64>
  // CHECK: %[[COLUMNS:.*]] = vector.maskedload {{.*}}, %[[INSIDE]], {{.*}} vector<16xf32>
  // CHECK: %[[WEIGHT:.*]] = vector.broadcast {{.*}} : f32 to vector<16xf32>
  // CHECK: vector.fma %[[COLUMNS]], %[[WEIGHT]]
  // CHECK-COUNT-3: vector.fma %[[COLUMNS]]
  %0 = graph.conv %x, %w strides [1, 1, 1] pads [0, 0, 0, 0, 0, 0] dilations [1, 1, 1] groups 1
      : tensor<1x4x5x6x40xf32>, tensor<8x4x3x3x3xf32>
  return %0 : tensor<1x8x3x4x38xf32>
}

// Groups that do not fill vectors of channels; a stride gathers its columns. The three channels of a
// group share them.
// CHECK-LABEL: func.func @odd_groups()
func.func @odd_groups(%x: tensor<1x6x8x40xf32>, %w: tensor<9x2x3x3xf32>) -> tensor<1x9x6x19xf32> {
  // CHECK: %[[COLUMNS:.*]] = vector.gather {{.*}} vector<16xf32>
  // CHECK-COUNT-3: vector.fma %[[COLUMNS]]
  %0 = graph.conv %x, %w strides [1, 2] pads [0, 0, 0, 0] dilations [1, 1] groups 3
      : tensor<1x6x8x40xf32>, tensor<9x2x3x3xf32>
  return %0 : tensor<1x9x6x19xf32>
}

// Bytes take the plain loops, element by element, and sum up in i32.
// CHECK-LABEL: func.func @bytes()
// CHECK-NOT: vector
func.func @bytes(%x: tensor<1x4x5x6x40xui8>, %w: tensor<8x4x3x3x3xi8>) -> tensor<1x8x3x4x38xi32> {
  // CHECK: arith.extui {{.*}} : i8 to i32
  // CHECK: arith.extsi {{.*}} : i8 to i32
  %0 = graph.conv %x, %w strides [1, 1, 1] pads [0, 0, 0, 0, 0, 0] dilations [1, 1, 1] groups 1
      : tensor<1x4x5x6x40xui8>, tensor<8x4x3x3x3xi8>
  return %0 : tensor<1x8x3x4x38xi32>
}
