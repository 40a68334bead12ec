// RUN: mdc-opt %s --mdc-fuse --mdc-assign-layouts | FileCheck %s

// The bytes become numbers inside the pool, in blocks on both sides.
// CHECK-LABEL: func @dequantized
func.func @dequantized(%x: tensor<1x32x8x8xui8>) -> tensor<1x32x4x4xf32> {
  // CHECK: graph.fused "pool"(%{{.*}}) {layouts = ["c16", "c16"]}
  // CHECK: graph.cast
  // CHECK: graph.pool average
  %zero = graph.constant dense<128.0> : tensor<f32>
  %scale = graph.constant dense<0.5> : tensor<f32>
  %0 = graph.cast %x : tensor<1x32x8x8xui8> to tensor<1x32x8x8xf32>
  %1 = graph.binary sub %0, %zero : tensor<1x32x8x8xf32>, tensor<f32>
  %2 = graph.binary mul %1, %scale : tensor<1x32x8x8xf32>, tensor<f32>
  %3 = graph.pool average %2 kernel [2, 2] strides [2, 2] pads [0, 0, 0, 0] dilations [1, 1]
      : tensor<1x32x8x8xf32> to tensor<1x32x4x4xf32>
  return %3 : tensor<1x32x4x4xf32>
}

// A value of f32 memory is computed once, before the pool.
// CHECK-LABEL: func @floats
func.func @floats(%x: tensor<1x32x8x8xf32>) -> tensor<1x32x4x4xf32> {
  // CHECK: graph.fused "loops"
  // CHECK: graph.fused "pool"
  %scale = graph.constant dense<0.5> : tensor<f32>
  %0 = graph.binary mul %x, %scale : tensor<1x32x8x8xf32>, tensor<f32>
  %1 = graph.pool average %0 kernel [2, 2] strides [2, 2] pads [0, 0, 0, 0] dilations [1, 1]
      : tensor<1x32x8x8xf32> to tensor<1x32x4x4xf32>
  return %1 : tensor<1x32x4x4xf32>
}
