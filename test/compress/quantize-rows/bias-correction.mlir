// RUN: mdc-opt --mdc-quantize-rows=bias-correction=true %s | FileCheck %s

// 0.3 becomes 38 of 127 (0.2992...): the mean of what is missing is added to the product, or to
// the constant that is added to it.
// CHECK-LABEL: @product
// CHECK: %[[Y:.*]] = graph.binary mul {{.*}} : tensor<4x1xf32>, tensor<f32>
// CHECK: %[[B:.*]] = graph.constant dense<0.00157{{.*}}> : tensor<1xf32>
// CHECK: graph.binary add %[[Y]], %[[B]] : tensor<4x1xf32>, tensor<1xf32>
func.func @product(%x: tensor<4x2xf32>) -> tensor<4x1xf32> {
  %w = graph.constant dense<[[1.0], [0.3]]> : tensor<2x1xf32>
  %y = graph.matmul %x, %w {graph.channel_mean = dense<[0.0, 2.0]> : tensor<2xf32>}
      : tensor<4x2xf32>, tensor<2x1xf32>
  return %y : tensor<4x1xf32>
}

// CHECK-LABEL: @with_bias
// CHECK: %[[B:.*]] = graph.constant dense<1.00157{{.*}}> : tensor<1xf32>
// CHECK: graph.binary add {{.*}}, %[[B]]
// CHECK-NOT: graph.binary add
// CHECK: return
func.func @with_bias(%x: tensor<4x2xf32>) -> tensor<4x1xf32> {
  %w = graph.constant dense<[[1.0], [0.3]]> : tensor<2x1xf32>
  %b = graph.constant dense<1.0> : tensor<1xf32>
  %y = graph.matmul %x, %w {graph.channel_mean = dense<[0.0, 2.0]> : tensor<2xf32>}
      : tensor<4x2xf32>, tensor<2x1xf32>
  %z = graph.binary add %y, %b : tensor<4x1xf32>, tensor<1xf32>
  return %z : tensor<4x1xf32>
}

// Without means nothing is known of the error.
// CHECK-LABEL: @no_means
// CHECK-NOT: graph.binary add
// CHECK: return
func.func @no_means(%x: tensor<4x2xf32>) -> tensor<4x1xf32> {
  %w = graph.constant dense<[[1.0], [0.3]]> : tensor<2x1xf32>
  %y = graph.matmul %x, %w : tensor<4x2xf32>, tensor<2x1xf32>
  return %y : tensor<4x1xf32>
}
