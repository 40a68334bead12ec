// RUN: mdc-opt %s --mdc-outline-constants -verify-diagnostics

func.func @main(%x: tensor<2x2xf32>) -> tensor<2x3xf32> {
  %w = graph.constant dense<1.0> : tensor<3x3xf32>
  // expected-error @below {{inner extents}}
  %y = graph.matmul %x, %w : tensor<2x2xf32>, tensor<3x3xf32>
  return %y : tensor<2x3xf32>
}
