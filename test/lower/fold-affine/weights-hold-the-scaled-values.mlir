// RUN: mdc-opt %s --mdc-fold-affine | FileCheck %s

// 3 * 2 and 5 * 10, then -1 and 7 as bias, as little-endian f32 behind four bytes of alignment.
// CHECK-LABEL: func @f
// CHECK-DAG: "0x{{[0-9A-F]+}}0000C04000004842"
// CHECK-DAG: "0x{{[0-9A-F]+}}000080BF0000E040"
func.func @f(%x: tensor<1x1x4xf32>) -> tensor<1x2x4xf32> {
  %w = graph.constant dense<[[[3.0]], [[5.0]]]> : tensor<2x1x1xf32>
  %scale = graph.constant dense<[[2.0], [10.0]]> : tensor<2x1xf32>
  %shift = graph.constant dense<[[-1.0], [7.0]]> : tensor<2x1xf32>
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x1x4xf32>, tensor<2x1x1xf32>
  %1 = graph.binary mul %0, %scale : tensor<1x2x4xf32>, tensor<2x1xf32>
  %2 = graph.binary add %1, %shift : tensor<1x2x4xf32>, tensor<2x1xf32>
  return %2 : tensor<1x2x4xf32>
}
