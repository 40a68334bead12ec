// RUN: mdc-opt %s --mdc-fuse "--mdc-assign-layouts=gpu" | FileCheck %s
// RUN: mdc-opt %s --mdc-fuse "--mdc-assign-layouts=gpu plain" | FileCheck %s --check-prefix=PLAIN

// From one convolution to the next, through pools, maps, joined channels and sums over pixels;
// pixels of 19 floats begin at multiples of 16 bytes.
// CHECK-LABEL: func @network
// PLAIN-LABEL: func @network
// PLAIN-NOT: layouts = [{{.*}}"c
func.func @network(%x: tensor<2x3x8x8xf32>) -> tensor<2x38x1x1xf32> {
  // CHECK: graph.fused "loops"(%{{.*}}) {layouts = ["", "c4"]}
  // CHECK: graph.fused "conv"(%{{.*}}) {layouts = ["c4", "taps-last:4", "c20"]}
  // CHECK: graph.fused "conv"(%{{.*}}) {layouts = ["c20", "channels-last:4", "c20"]}
  // CHECK: graph.fused "pool"(%{{.*}}) {layouts = ["c20", "c20"]}
  // CHECK: graph.fused "concat"(%{{.*}}) {layouts = ["c20", "c20", "c40"]}
  // CHECK: graph.fused "reduce"(%{{.*}}) {layouts = ["c40", ""]}
  %v = graph.constant dense<3.0> : tensor<19x3x3x3xf32>
  %w = graph.constant dense<3.0> : tensor<19x1x3x3xf32>
  %0 = graph.conv %x, %v strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      : tensor<2x3x8x8xf32>, tensor<19x3x3x3xf32>
  %1 = graph.conv %0, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 19
      : tensor<2x19x8x8xf32>, tensor<19x1x3x3xf32>
  %2 = graph.pool max %0 kernel [3, 3] strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1]
      : tensor<2x19x8x8xf32> to tensor<2x19x8x8xf32>
  %3 = graph.concat %1, %2 axis 1 : tensor<2x19x8x8xf32>, tensor<2x19x8x8xf32>
  %4 = graph.reduce mean %3 axes [2, 3] : tensor<2x38x8x8xf32>
  return %4 : tensor<2x38x1x1xf32>
}

// A convolution whose result is read row-major alone writes it so; another one is copied.
// CHECK-LABEL: func @ends
func.func @ends(%x: tensor<1x16x8x8xf32>) -> (tensor<1x16x8x8xf32>, tensor<1x1024xf32>) {
  // CHECK: %[[FIRST:.*]] = graph.fused "conv"(%{{.*}}) {layouts = ["c16", "taps-last:4", "c16"]}
  // CHECK: graph.fused "loops"(%[[FIRST]]) {layouts = ["c16", ""]}
  // CHECK: graph.fused "conv"(%[[FIRST]], %{{.*}}) {layouts = ["c16", "taps-last:4", ""]}
  %w = graph.constant dense<3.0> : tensor<16x16x1x1xf32>
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x16x8x8xf32>, tensor<16x16x1x1xf32>
  %1 = graph.conv %0, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x16x8x8xf32>, tensor<16x16x1x1xf32>
  %2 = graph.reshape %1 : tensor<1x16x8x8xf32> to tensor<1x1024xf32>
  return %0, %2 : tensor<1x16x8x8xf32>, tensor<1x1024xf32>
}

// One pixel of channels that fill their pitch lies the same either way; so nothing is copied.
// CHECK-LABEL: func @pixel
func.func @pixel(%x: tensor<2x16x1x1xf32>) -> tensor<2x16x1x1xf32> {
  // CHECK-NOT: "loops"
  // CHECK: graph.fused "conv"(%{{.*}}) {layouts = ["", "taps-last:4", ""]}
  %w = graph.constant dense<3.0> : tensor<16x16x1x1xf32>
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<2x16x1x1xf32>, tensor<16x16x1x1xf32>
  return %0 : tensor<2x16x1x1xf32>
}
