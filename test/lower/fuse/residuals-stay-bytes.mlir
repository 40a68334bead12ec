// RUN: mdc-opt %s --mdc-fuse | FileCheck %s

// The convolution stores bytes, though the next op reads numbers; that one makes numbers of the
// bytes of both summands inside.
// CHECK-LABEL: func @residual
// CHECK-SAME: (%[[X:.*]]: tensor<1x16x8x8xui8>, %[[W:.*]]: tensor<16x16x1x1xi8>
func.func @residual(%x: tensor<1x16x8x8xui8>, %w: tensor<16x16x1x1xi8>) -> tensor<1x16x8x8xui8> {
  // CHECK: %[[FIRST:.*]] = graph.fused "conv"(%[[X]], %[[W]])
  // CHECK: graph.yield %{{.*}} : tensor<1x16x8x8xui8>
  // CHECK: %[[SECOND:.*]] = graph.fused "conv"(%[[FIRST]], %[[W]], %[[X]])
  // CHECK: graph.conv
  // CHECK: graph.yield %{{.*}} : tensor<1x16x8x8xui8>
  // CHECK: return %[[SECOND]]
  %zero = graph.constant dense<128.0> : tensor<f32>
  %scale = graph.constant dense<0.5> : tensor<f32>
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x16x8x8xui8>, tensor<16x16x1x1xi8>
  %1 = graph.cast %0 : tensor<1x16x8x8xi32> to tensor<1x16x8x8xui8>
  %2 = graph.conv %1, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x16x8x8xui8>, tensor<16x16x1x1xi8>
  %3 = graph.cast %2 : tensor<1x16x8x8xi32> to tensor<1x16x8x8xf32>
  %4 = graph.cast %x : tensor<1x16x8x8xui8> to tensor<1x16x8x8xf32>
  %5 = graph.binary sub %4, %zero : tensor<1x16x8x8xf32>, tensor<f32>
  %6 = graph.binary mul %5, %scale : tensor<1x16x8x8xf32>, tensor<f32>
  %7 = graph.binary add %3, %6 : tensor<1x16x8x8xf32>, tensor<1x16x8x8xf32>
  %8 = graph.cast %7 : tensor<1x16x8x8xf32> to tensor<1x16x8x8xui8>
  return %8 : tensor<1x16x8x8xui8>
}

// Bytes whose only readers want numbers are still stored as bytes.
// CHECK-LABEL: func @readers_dequantize
func.func @readers_dequantize(%x: tensor<1x16x8x8xui8>, %w: tensor<16x16x1x1xi8>)
    -> tensor<1x16x8x8xf32> {
  // CHECK: graph.fused "conv"
  // CHECK: graph.yield %{{.*}} : tensor<1x16x8x8xui8>
  // CHECK: graph.fused "pool"
  // CHECK: graph.cast %{{.*}} : tensor<1x16x8x8xui8> to tensor<1x16x8x8xf32>
  // CHECK: graph.pool
  %scale = graph.constant dense<0.5> : tensor<f32>
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x16x8x8xui8>, tensor<16x16x1x1xi8>
  %1 = graph.cast %0 : tensor<1x16x8x8xi32> to tensor<1x16x8x8xui8>
  %2 = graph.cast %1 : tensor<1x16x8x8xui8> to tensor<1x16x8x8xf32>
  %3 = graph.binary mul %2, %scale : tensor<1x16x8x8xf32>, tensor<f32>
  %4 = graph.pool average %3 kernel [3, 3] strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1]
      : tensor<1x16x8x8xf32> to tensor<1x16x8x8xf32>
  return %4 : tensor<1x16x8x8xf32>
}
