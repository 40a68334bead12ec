// RUN: not mdc-opt --mdc-quantize-rows=granularity=row %s 2>&1 | FileCheck %s
// RUN: mdc-opt --mdc-quantize-rows -split-input-file -verify-diagnostics %s

// CHECK: Cannot find option named 'row'!
func.func @nothing() { return }

// -----

func.func @gram_of_another_depth(%x: tensor<4x2xf32>) -> tensor<4x1xf32> {
  %w = graph.constant dense<0.5> : tensor<2x1xf32>
  // expected-error @+1 {{graph.gram does not fit, expected an f32 matrix of 2x2, the depth of the layer}}
  %y = graph.matmul %x, %w {graph.gram = dense<1.0> : tensor<3x3xf32>}
      : tensor<4x2xf32>, tensor<2x1xf32>
  return %y : tensor<4x1xf32>
}

// -----

func.func @gram_of_another_kind(%x: tensor<4x2xf32>) -> tensor<4x1xf32> {
  %w = graph.constant dense<0.5> : tensor<2x1xf32>
  // expected-error @+1 {{graph.gram does not fit, expected an f32 matrix of 2x2, the depth of the layer}}
  %y = graph.matmul %x, %w {graph.gram = 3} : tensor<4x2xf32>, tensor<2x1xf32>
  return %y : tensor<4x1xf32>
}

// -----

func.func @too_many_means(%x: tensor<1x4x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = graph.constant dense<0.5> : tensor<2x2x1x1xf32>
  // expected-error @+1 {{graph.channel_mean does not fit, expected 4 numbers of f32, one for each channel of the input}}
  %y = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 2
      {graph.channel_mean = dense<1.0> : tensor<2xf32>}
      : tensor<1x4x3x3xf32>, tensor<2x2x1x1xf32>
  return %y : tensor<1x2x3x3xf32>
}
