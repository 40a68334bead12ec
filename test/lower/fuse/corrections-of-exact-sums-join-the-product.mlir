// RUN: mdc-opt %s --mdc-fuse | FileCheck %s

// A row's zero point times the sums of the weights is never written in the result's size.
// CHECK-LABEL: func @each_row_has_a_zero_point
func.func @each_row_has_a_zero_point(%x: tensor<4x8xf32>, %w: tensor<8x6xi8>) -> tensor<4x6xf32> {
  // CHECK: %[[ROWS:.*]]:3 = graph.fused "quantize_rows"
  // CHECK: %[[Q:.*]], %[[SCALES:.*]], %[[ZEROS:.*]] = graph.quantize_rows
  // CHECK-NEXT: graph.yield %[[Q]], %[[SCALES]], %[[ZEROS]]
  // CHECK: %[[Y:.*]] = graph.fused "matmul"(%{{.*}}%[[ROWS]]#
  // CHECK-NOT: graph.fused
  // CHECK: return %[[Y]]
  %sums = graph.constant dense<[1, 2, 3, 4, 5, 6]> : tensor<6xi32>
  %q, %scales, %zeros = graph.quantize_rows %x : tensor<4x8xf32>
  %0 = graph.matmul %q, %w : tensor<4x8xui8>, tensor<8x6xi8>
  %1 = graph.binary mul %zeros, %sums : tensor<4x1xi32>, tensor<6xi32>
  %2 = graph.binary sub %0, %1 : tensor<4x6xi32>, tensor<4x6xi32>
  %3 = graph.cast %2 : tensor<4x6xi32> to tensor<4x6xf32>
  %4 = graph.binary mul %3, %scales : tensor<4x6xf32>, tensor<4x1xf32>
  return %4 : tensor<4x6xf32>
}

// CHECK-LABEL: func @a_summand_of_the_results_size_is_an_operand
func.func @a_summand_of_the_results_size_is_an_operand(
    %q: tensor<4x8xui8>, %w: tensor<8x6xi8>, %a: tensor<4x6xi32>) -> tensor<4x6xi32> {
  // CHECK: graph.fused "loops"
  // CHECK: graph.fused "matmul"
  %0 = graph.matmul %q, %w : tensor<4x8xui8>, tensor<8x6xi8>
  %1 = graph.binary mul %a, %a : tensor<4x6xi32>, tensor<4x6xi32>
  %2 = graph.binary sub %0, %1 : tensor<4x6xi32>, tensor<4x6xi32>
  return %2 : tensor<4x6xi32>
}
