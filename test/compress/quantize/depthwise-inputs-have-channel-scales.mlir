// RUN: mdc-opt --mdc-quantize %s | FileCheck %s

// The second channel has a quarter of the first one's range, and steps of a quarter.
// CHECK-LABEL: @depthwise
// CHECK: %[[Q:.*]] = graph.quantize %arg0 scales [1.568{{.*}}e-02, 3.92{{.*}}e-03] zero_points [0, 0] {axis = 1 : i64}
// CHECK: %[[D:.*]] = graph.dequantize %[[Q]] scales [1.568{{.*}}e-02, 3.92{{.*}}e-03] zero_points [0, 0] {axis = 1 : i64}
// CHECK: graph.conv %[[D]]
func.func @depthwise(%x: tensor<1x2x6x6xf32> {graph.range = [0.0, 4.0]}) -> tensor<1x2x6x6xf32> {
  %w = graph.constant dense<0.5> : tensor<2x1x1x1xf32>
  %y = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 2
      {graph.channel_max = dense<[4.0, 1.0]> : tensor<2xf32>}
      : tensor<1x2x6x6xf32>, tensor<2x1x1x1xf32>
  return %y : tensor<1x2x6x6xf32>
}

// A convolution that adds up channels wants one scale for all.
// CHECK-LABEL: @two_readers
// CHECK: graph.quantize %arg0 scales [1.568{{.*}}e-02] zero_points [0] :
func.func @two_readers(%x: tensor<1x2x6x6xf32> {graph.range = [0.0, 4.0]})
    -> (tensor<1x2x6x6xf32>, tensor<1x1x6x6xf32>) {
  %w = graph.constant dense<0.5> : tensor<2x1x1x1xf32>
  %v = graph.constant dense<0.5> : tensor<1x2x1x1xf32>
  %y = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 2
      {graph.channel_max = dense<[4.0, 1.0]> : tensor<2xf32>}
      : tensor<1x2x6x6xf32>, tensor<2x1x1x1xf32>
  %z = graph.conv %x, %v strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x2x6x6xf32>, tensor<1x2x1x1xf32>
  return %y, %z : tensor<1x2x6x6xf32>, tensor<1x1x6x6xf32>
}
