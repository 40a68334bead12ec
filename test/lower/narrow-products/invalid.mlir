// RUN: mdc-opt %s "--mdc-narrow-products=type=i4" -verify-diagnostics

// expected-error @+1 {{products are not computed in 'i4', expected bf16, f16 or tf32}}
func.func @products(%x: tensor<4x8xf32>, %w: tensor<8x2xf32>) -> tensor<4x2xf32> {
  %0 = graph.matmul %x, %w : tensor<4x8xf32>, tensor<8x2xf32>
  return %0 : tensor<4x2xf32>
}
