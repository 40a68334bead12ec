// RUN: mdc-opt %s --mdc-fuse | FileCheck %s
// RUN: mdc-opt %s "--mdc-fuse=single" | FileCheck %s --check-prefix=SINGLE

// CHECK-LABEL: func @bias_activation_and_residual_follow_the_product
// CHECK-SAME: (%[[X:.*]]: tensor<4x8xf32>, %[[W:.*]]: tensor<8x6xf32>, %[[B:.*]]: tensor<6xf32>, %[[R:.*]]: tensor<4x6xf32>)
// SINGLE-LABEL: func @bias_activation_and_residual_follow_the_product
func.func @bias_activation_and_residual_follow_the_product(
    %x: tensor<4x8xf32>, %w: tensor<8x6xf32>, %b: tensor<6xf32>, %r: tensor<4x6xf32>) -> tensor<4x6xf32> {
  // CHECK-NEXT: %[[Y:.*]] = graph.fused "matmul"(%[[X]], %[[W]], %[[B]], %[[R]])
  // CHECK: graph.matmul
  // CHECK-NEXT: graph.binary add
  // CHECK-NEXT: graph.unary relu
  // CHECK-NEXT: graph.binary add
  // CHECK-NEXT: graph.yield
  // CHECK: return %[[Y]]
  // SINGLE-COUNT-4: graph.fused
  // SINGLE-NOT: graph.fused
  %0 = graph.matmul %x, %w : tensor<4x8xf32>, tensor<8x6xf32>
  %1 = graph.binary add %0, %b : tensor<4x6xf32>, tensor<6xf32>
  %2 = graph.unary relu %1 : tensor<4x6xf32>
  %3 = graph.binary add %2, %r : tensor<4x6xf32>, tensor<4x6xf32>
  return %3 : tensor<4x6xf32>
}

// CHECK-LABEL: func @what_only_a_softmax_reads_is_computed_inside
// SINGLE-LABEL: func @what_only_a_softmax_reads_is_computed_inside
func.func @what_only_a_softmax_reads_is_computed_inside(%x: tensor<8x4xf32>, %m: tensor<4x8xf32>)
    -> tensor<4x8xf32> {
  // CHECK: graph.fused "softmax"
  // CHECK: graph.constant dense<1.250000e-01> : tensor<f32>
  // CHECK: graph.transpose
  // CHECK: graph.binary mul
  // CHECK: graph.binary add
  // CHECK: graph.softmax
  // CHECK-NOT: graph.fused
  %scale = graph.constant dense<0.125> : tensor<f32>
  %0 = graph.transpose %x [1, 0] : tensor<8x4xf32>
  %1 = graph.binary mul %0, %scale : tensor<4x8xf32>, tensor<f32>
  %2 = graph.binary add %1, %m : tensor<4x8xf32>, tensor<4x8xf32>
  %3 = graph.softmax %2 axis 1 : tensor<4x8xf32>
  return %3 : tensor<4x8xf32>
}

// CHECK-LABEL: func @a_table_becomes_an_operand
func.func @a_table_becomes_an_operand(%x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK: %[[TABLE:.*]] = graph.constant dense<[1.000000e+00, 2.000000e+00]>
  // CHECK: graph.fused "loops"(%{{.*}}, %[[TABLE]])
  %table = graph.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = graph.binary mul %x, %table : tensor<2xf32>, tensor<2xf32>
  return %0 : tensor<2xf32>
}
