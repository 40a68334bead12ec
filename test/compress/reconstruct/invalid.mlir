// RUN: mdc-opt %s --mdc-reconstruct -split-input-file -verify-diagnostics

func.func @gram_of_another_depth(%x: tensor<4x2xf32>) -> tensor<4x1xf32> {
  %w = graph.constant dense<[[1.0], [0.0]]> : tensor<2x1xf32>
  // expected-error @+1 {{graph.gram does not fit, expected an f32 matrix of 2x2, the depth of the layer}}
  %0 = graph.matmul %x, %w {graph.dense_weight = dense<[[1.0], [2.0]]> : tensor<2x1xf32>,
      graph.gram = dense<1.0> : tensor<3x3xf32>} : tensor<4x2xf32>, tensor<2x1xf32>
  return %0 : tensor<4x1xf32>
}

// -----

func.func @dense_weight_of_another_size(%x: tensor<4x2xf32>) -> tensor<4x1xf32> {
  %w = graph.constant dense<[[1.0], [0.0]]> : tensor<2x1xf32>
  // expected-error @+1 {{graph.dense_weight does not fit, expected 2 f32 elements as the weight has}}
  %0 = graph.matmul %x, %w {graph.dense_weight = dense<1.0> : tensor<3x1xf32>,
      graph.gram = dense<1.0> : tensor<2x2xf32>} : tensor<4x2xf32>, tensor<2x1xf32>
  return %0 : tensor<4x1xf32>
}
