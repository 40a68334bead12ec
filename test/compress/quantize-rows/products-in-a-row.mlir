// RUN: mdc-opt --mdc-quantize-rows=bias-correction=true %s | FileCheck %s

// What a product made anew gives is what the product behind it reads.
// CHECK-LABEL: @products_in_a_row
// CHECK: graph.quantize_rows %arg0
// CHECK: %[[Y:.*]] = graph.binary mul {{.*}} : tensor<4x2xf32>, tensor<2xf32>
// CHECK: graph.quantize_rows %[[Y]]
// CHECK: %[[Z:.*]] = graph.binary mul {{.*}} : tensor<4x2xf32>, tensor<2xf32>
// CHECK: graph.quantize_rows %[[Z]]
func.func @products_in_a_row(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = graph.constant dense<0.5> : tensor<2x2xf32>
  %y = graph.matmul %x, %w : tensor<4x2xf32>, tensor<2x2xf32>
  %z = graph.matmul %y, %w : tensor<4x2xf32>, tensor<2x2xf32>
  %u = graph.matmul %z, %w : tensor<4x2xf32>, tensor<2x2xf32>
  return %u : tensor<4x2xf32>
}

// CHECK-LABEL: @with_corrected_bias
// CHECK: %[[Y:.*]] = graph.binary add
// CHECK: graph.quantize_rows %[[Y]]
func.func @with_corrected_bias(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = graph.constant dense<[[1.0, 0.3], [0.3, 1.0]]> : tensor<2x2xf32>
  %y = graph.matmul %x, %w {graph.channel_mean = dense<[0.0, 2.0]> : tensor<2xf32>}
      : tensor<4x2xf32>, tensor<2x2xf32>
  %z = graph.matmul %y, %w : tensor<4x2xf32>, tensor<2x2xf32>
  return %z : tensor<4x2xf32>
}
