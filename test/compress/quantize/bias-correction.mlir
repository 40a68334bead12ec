// RUN: mdc-opt --mdc-quantize=bias-correction=true %s | FileCheck %s

// 0.3 becomes 38 of 127 (0.2992...): the mean of what is missing goes into the bias, which is 6477
// units of the sums without it.
// CHECK-LABEL: @conv
// CHECK: %[[C:.*]] = graph.constant dense<6487> : tensor<1xi32>
// CHECK: %[[B:.*]] = graph.dequantize %[[C]]
// CHECK: graph.conv %{{.*}}, %{{.*}}, %[[B]]
func.func @conv(%x: tensor<1x2x6x6xf32> {graph.range = [-1.0, 4.0]}) -> tensor<1x1x6x6xf32> {
  %w = graph.constant dense<[[[[1.0]], [[0.3]]]]> : tensor<1x2x1x1xf32>
  %b = graph.constant dense<1.0> : tensor<1xf32>
  %y = graph.conv %x, %w, %b strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      {graph.channel_mean = dense<[0.0, 2.0]> : tensor<2xf32>}
      : tensor<1x2x6x6xf32>, tensor<1x2x1x1xf32>, tensor<1xf32>
  return %y : tensor<1x1x6x6xf32>
}

// The bias of a product is the constant that is added to it; without one there is one now.
// CHECK-LABEL: @matmul
// CHECK: %[[P:.*]] = graph.matmul
// CHECK: %[[B:.*]] = graph.constant dense<0.00157{{.*}}> : tensor<1xf32>
// CHECK: %[[Y:.*]] = graph.binary add %[[P]], %[[B]]
// CHECK: return %[[Y]]
func.func @matmul(%x: tensor<4x2xf32> {graph.range = [-1.0, 4.0]}) -> tensor<4x1xf32> {
  %w = graph.constant dense<[[1.0], [0.3]]> : tensor<2x1xf32>
  %y = graph.matmul %x, %w {graph.channel_mean = dense<[0.0, 2.0]> : tensor<2xf32>}
      : tensor<4x2xf32>, tensor<2x1xf32>
  return %y : tensor<4x1xf32>
}
