// RUN: mdc-opt --mdc-quantize=bits=7 %s | FileCheck %s

// Values end at 127, weights at 63; so does the zero point lie in the middle of fewer integers.
// CHECK-LABEL: @layer
// CHECK: graph.quantize %arg0 scales [1.57{{.*}}] zero_points [64] {bits = 7 : i64}
// CHECK: graph.constant dense<{{.*}}63{{.*}}-63{{.*}}> : tensor<2x2x1x1xi8>
// CHECK: graph.dequantize {{.*}} scales [7.93{{.*}}, 1.58{{.*}}] zero_points [0, 0]
func.func @layer(%x: tensor<1x2x6x6xf32> {graph.range = [-1.0, 1.0]}) -> tensor<1x2x6x6xf32> {
  %w = graph.constant dense<[[[[0.5]], [[-0.5]]], [[[1.0]], [[0.0]]]]> : tensor<2x2x1x1xf32>
  %y = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x2x6x6xf32>, tensor<2x2x1x1xf32>
  return %y : tensor<1x2x6x6xf32>
}
