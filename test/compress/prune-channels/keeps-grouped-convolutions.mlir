// RUN: mdc-opt %s --mdc-prune-channels="sparsity=0.5" | FileCheck %s

// Groups would lose different numbers of channels.
// CHECK-LABEL: func @groups
// CHECK: tensor<1x4x8xf32>, tensor<4x2x1xf32>
func.func @groups(%x: tensor<1x1x8xf32>) -> tensor<1x1x8xf32> {
  %u = graph.constant dense<[[[1.0]], [[2.0]], [[3.0]], [[4.0]]]> : tensor<4x1x1xf32>
  %v = graph.constant dense<1.0> : tensor<4x2x1xf32>
  %w = graph.constant dense<[[[3.0], [4.0], [3.0], [4.0]]]> : tensor<1x4x1xf32>
  %0 = graph.conv %x, %u strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x1x8xf32>, tensor<4x1x1xf32>
  %1 = graph.conv %0, %v strides [1] pads [0, 0] dilations [1] groups 2
      : tensor<1x4x8xf32>, tensor<4x2x1xf32>
  %2 = graph.conv %1, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x4x8xf32>, tensor<1x4x1xf32>
  return %2 : tensor<1x1x8xf32>
}
