// RUN: mdc-opt --mdc-quantize-weights=bias-correction=true %s | FileCheck %s

// CHECK-LABEL: @conv
// CHECK: %[[B:.*]] = graph.constant dense<1.00157{{.*}}> : tensor<1xf32>
// CHECK: graph.conv %arg0, %{{.*}}, %[[B]]
func.func @conv(%x: tensor<1x2x6x6xf32>) -> tensor<1x1x6x6xf32> {
  %w = graph.constant dense<[[[[1.0]], [[0.3]]]]> : tensor<1x2x1x1xf32>
  %b = graph.constant dense<1.0> : tensor<1xf32>
  %y = graph.conv %x, %w, %b strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      {graph.channel_mean = dense<[0.0, 2.0]> : tensor<2xf32>}
      : tensor<1x2x6x6xf32>, tensor<1x2x1x1xf32>, tensor<1xf32>
  return %y : tensor<1x1x6x6xf32>
}

// A bias that the request brings stays as it is.
// CHECK-LABEL: @bias_of_the_request
// CHECK: graph.conv %arg0, %{{.*}}, %arg1
func.func @bias_of_the_request(%x: tensor<1x2x6x6xf32>, %b: tensor<1xf32>) -> tensor<1x1x6x6xf32> {
  %w = graph.constant dense<[[[[1.0]], [[0.3]]]]> : tensor<1x2x1x1xf32>
  %y = graph.conv %x, %w, %b strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      {graph.channel_mean = dense<[0.0, 2.0]> : tensor<2xf32>}
      : tensor<1x2x6x6xf32>, tensor<1x2x1x1xf32>, tensor<1xf32>
  return %y : tensor<1x1x6x6xf32>
}
