// RUN: mdc-opt %s --mdc-emit-kernels --canonicalize --cse | FileCheck %s

// 1.5 * 2^23 plus a number holds the rounded number in its lowest bits.
// CHECK-LABEL: func.func @quantized()
func.func @quantized(%x: tensor<64xf32>) -> tensor<64xui8> {
  // CHECK-NOT: math.roundeven
  // CHECK: arith.addf
  // CHECK: arith.maxnumf
  // CHECK: arith.minnumf
  // CHECK: arith.bitcast
  // CHECK: arith.trunci {{.*}} : vector<16xi32> to vector<16xi8>
  %zero = graph.constant dense<3.0> : tensor<f32>
  %low = graph.constant dense<0.0> : tensor<f32>
  %high = graph.constant dense<255.0> : tensor<f32>
  %0 = graph.unary round %x : tensor<64xf32>
  %1 = graph.binary add %0, %zero : tensor<64xf32>, tensor<f32>
  %2 = graph.binary max %1, %low : tensor<64xf32>, tensor<f32>
  %3 = graph.binary min %2, %high : tensor<64xf32>, tensor<f32>
  %4 = graph.cast %3 : tensor<64xf32> to tensor<64xui8>
  return %4 : tensor<64xui8>
}

// Bounds outside of a byte: the parts as they are.
// CHECK-LABEL: func.func @wide_bounds()
func.func @wide_bounds(%x: tensor<64xf32>) -> tensor<64xui8> {
  // CHECK: math.roundeven
  // CHECK: arith.fptosi
  %low = graph.constant dense<-1.0> : tensor<f32>
  %high = graph.constant dense<255.0> : tensor<f32>
  %0 = graph.unary round %x : tensor<64xf32>
  %1 = graph.binary max %0, %low : tensor<64xf32>, tensor<f32>
  %2 = graph.binary min %1, %high : tensor<64xf32>, tensor<f32>
  %3 = graph.cast %2 : tensor<64xf32> to tensor<64xui8>
  return %3 : tensor<64xui8>
}

// Three planes become pixels of four bytes, 16 at a time; 18 is one store more, over the last 16.
// CHECK-LABEL: func.func @pixels()
func.func @pixels(%x: tensor<1x3x4x18xui8>) -> (tensor<1x3x4x18xui8> {graph.layout = "c4"}) {
  // CHECK-COUNT-2: vector.store {{.*}} vector<64xi8>
  %0 = graph.unary relu %x : tensor<1x3x4x18xui8>
  return %0 : tensor<1x3x4x18xui8>
}
