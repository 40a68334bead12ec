// Reports read what compression noted on a product from the product inside its region.
// RUN: mdc-opt %s --mdc-fuse | FileCheck %s

// CHECK-LABEL: func @noted
func.func @noted(%x: tensor<4x8xf32>, %w: tensor<8x6xf32>) -> tensor<4x6xf32> {
  // CHECK: graph.fused "matmul"
  // CHECK: graph.matmul
  // CHECK-SAME: graph.compression = {precision = "int8", sparsity = 5.000000e-01 : f64}
  // CHECK-NOT: graph.compression
  %0 = graph.matmul %x, %w {graph.compression = {precision = "int8", sparsity = 0.5 : f64}} : tensor<4x8xf32>, tensor<8x6xf32>
  %1 = graph.unary relu %0 : tensor<4x6xf32>
  return %1 : tensor<4x6xf32>
}
