// RUN: mdc-opt %s "--mdc-emit-kernels=isa=vnni" --canonicalize --cse | FileCheck %s
// RUN: mdc-opt %s "--mdc-emit-kernels=isa=v3" --canonicalize --cse | FileCheck %s --check-prefix=V3

// A group of bytes for all lanes; the border of the input holds its zero point already.
// CHECK-LABEL: func.func @convolution()
// V3-LABEL: func.func @convolution()
func.func @convolution(%x: tensor<1x16x8x8xui8> {graph.layout = "c16 border 1,1,1,1 value 128"},
                       %w: tensor<16x16x3x3xi8> {graph.layout = "conv-groups:16:16"})
    -> (tensor<1x16x8x8xi32> {graph.layout = "c16"}) {
  // CHECK: %[[GROUP:.*]] = vector.load {{.*}} : memref<?xi8>, vector<4xi8>
  // CHECK: vector.bitcast %[[GROUP]] : vector<4xi8> to vector<1xi32>
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
  // Without vpdpbusd, weights and what lies under a tile of pixels are widened to 16 bits once: of
  // three by two pixels five rows of four.
  // V3: %[[WEIGHTS:.*]] = memref.alloca() {{.*}} : memref<1152xi32>
  // V3: %[[PIXELS:.*]] = memref.alloca() {{.*}} : memref<160xi32>
  // V3: vector.store {{.*}}, %[[WEIGHTS]]
  // V3: arith.extui {{.*}} : vector<32xi8> to vector<32xi16>
  // V3: vector.store {{.*}}, %[[PIXELS]]
  // V3: vector.load %[[WEIGHTS]]
  // V3: memref.load %[[PIXELS]]
  // V3: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
  %0 = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      {padValue = 128 : i64} : tensor<1x16x8x8xui8>, tensor<16x16x3x3xi8>
  return %0 : tensor<1x16x8x8xi32>
}

// Of one channel a group is four taps of a row: two for a row of five.
// CHECK-LABEL: func.func @one_channel()
// V3-LABEL: func.func @one_channel()
func.func @one_channel(%x: tensor<1x1x8x8xui8> {graph.layout = "c1 border 2,2,2,5 value 7"},
                       %w: tensor<16x1x5x5xi8> {graph.layout = "conv-taps:16"})
    -> (tensor<1x16x8x8xi32> {graph.layout = "c16"}) {
  // CHECK: scf.for {{.*}} iter_args
  // CHECK: %[[GROUP:.*]] = vector.load {{.*}} : memref<?xi8>, vector<4xi8>
  // CHECK: vector.bitcast %[[GROUP]] : vector<4xi8> to vector<1xi32>
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
  // V3: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
  %0 = graph.conv %x, %w strides [1, 1] pads [2, 2, 2, 2] dilations [1, 1] groups 1
      {padValue = 7 : i64} : tensor<1x1x8x8xui8>, tensor<16x1x5x5xi8>
  return %0 : tensor<1x16x8x8xi32>
}

// Three rows below each other are one step for each column of the window; without products of bytes
// they are two pairs, and the second pair's first weight is zero, as the first pair has that row.
// Two lines of pairs lie on the stack, and each output row widens the one that it adds.
// CHECK-LABEL: func.func @depthwise()
// V3-LABEL: func.func @depthwise()
func.func @depthwise(%x: tensor<1x16x8x8xui8> {graph.layout = "c16"},
                     %w: tensor<16x1x3x1xi8> {graph.layout = "depthwise-groups"})
    -> (tensor<1x16x6x8xi32> {graph.layout = "c16"}) {
  // CHECK-COUNT-3: arith.extui {{.*}} : vector<16xi8> to vector<16xi32>
  // CHECK: vector.bitcast {{.*}} : vector<16xi32> to vector<64xi8>
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
  // V3: %[[BYTES:.*]] = vector.bitcast {{.*}} : vector<64xi8> to vector<16xi32>
  // V3-COUNT-2: arith.shli %[[BYTES]]
  // V3: %[[THIRD:.*]] = arith.shli %[[BYTES]], %{{.*}} : vector<16xi32>
  // V3: %[[SIGNED:.*]] = arith.shrsi %[[THIRD]], %{{.*}} : vector<16xi32>
  // V3: %[[HIGH:.*]] = arith.shli %[[SIGNED]], %{{.*}} : vector<16xi32>
  // V3: %[[ALONE:.*]] = vector.bitcast %[[HIGH]] : vector<16xi32> to vector<32xi16>
  // V3: %[[ROWS:.*]] = memref.alloca() {{.*}} : memref<256xi32>
  // V3-COUNT-2: vector.store {{.*}}, %[[ROWS]]
  // V3: vector.load %[[ROWS]]
  // V3: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 16
      : tensor<1x16x8x8xui8>, tensor<16x1x3x1xi8>
  return %0 : tensor<1x16x6x8xi32>
}

// Weights of 8 bits under f32 become f32 in registers.
// CHECK-LABEL: func.func @weights_alone()
func.func @weights_alone(%x: tensor<1x16x8x8xf32> {graph.layout = "c16"},
                         %w: tensor<16x16x1x1xi8> {graph.layout = "conv:16:16"})
    -> (tensor<1x16x8x8xf32> {graph.layout = "c16"}) {
  // CHECK: arith.sitofp {{.*}} : vector<16xi8> to vector<16xf32>
  // CHECK: vector.fma
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x16x8x8xf32>, tensor<16x16x1x1xi8>
  return %0 : tensor<1x16x8x8xf32>
}

// The producer writes the zero point around what it stores: 128 has the bits of -128.
// CHECK-LABEL: func.func @border()
func.func @border(%x: tensor<1x16x4x4xui8>)
    -> (tensor<1x16x4x4xui8> {graph.layout = "c16 border 1,1,1,1 value 128"}) {
  // CHECK: %[[ZERO_POINT:.*]] = arith.constant -128 : i8
  // CHECK: memref.store %[[ZERO_POINT]]
  %0 = graph.binary add %x, %x : tensor<1x16x4x4xui8>, tensor<1x16x4x4xui8>
  return %0 : tensor<1x16x4x4xui8>
}

// The plain loops read the zero point where a tap lies in the border.
// CHECK-LABEL: func.func @plain()
func.func @plain(%x: tensor<1x4x4x4xui8>, %w: tensor<4x4x3x3xi8>) -> tensor<1x4x4x4xi32> {
  // CHECK: %[[ZERO_POINT:.*]] = arith.constant -128 : i8
  // CHECK: %[[TAP:.*]] = arith.select %{{.*}}, %{{.*}}, %[[ZERO_POINT]] : i8
  // CHECK: arith.extui %[[TAP]] : i8 to i32
  %0 = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      {padValue = 128 : i64} : tensor<1x4x4x4xui8>, tensor<4x4x3x3xi8>
  return %0 : tensor<1x4x4x4xi32>
}
