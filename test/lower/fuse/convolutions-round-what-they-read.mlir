// RUN: mdc-opt %s --mdc-fuse | FileCheck %s

// A convolution of 16-bit numbers reads f32 and rounds; a product reads what another region rounded.
// CHECK-LABEL: func.func @rounded
// CHECK: graph.fused "conv"
// CHECK: graph.cast %{{.*}} : tensor<1x3x4x4xf32> to tensor<1x3x4x4xbf16>
// CHECK: graph.conv
// CHECK: graph.fused "loops"
// CHECK: graph.cast
// CHECK: graph.fused "matmul"
// CHECK-NOT: to tensor<4x4xbf16>
// CHECK: graph.matmul
func.func @rounded(%x: tensor<1x3x4x4xf32>, %w: tensor<8x3x1x1xbf16>, %a: tensor<4x4xf32>)
    -> (tensor<1x8x4x4xbf16>, tensor<4x4xbf16>) {
  %0 = graph.cast %x : tensor<1x3x4x4xf32> to tensor<1x3x4x4xbf16>
  %1 = graph.conv %0, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x3x4x4xbf16>, tensor<8x3x1x1xbf16>
  %2 = graph.cast %a : tensor<4x4xf32> to tensor<4x4xbf16>
  %3 = graph.matmul %2, %2 : tensor<4x4xbf16>, tensor<4x4xbf16>
  return %1, %3 : tensor<1x8x4x4xbf16>, tensor<4x4xbf16>
}
