// RUN: mdc-opt %s --mdc-fuse | FileCheck %s

// The second reader of the product needs it before the epilogue could be finished: nothing may be fused around it.
// CHECK-LABEL: func @a_reader_stands_between
func.func @a_reader_stands_between(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  // CHECK: %[[PRODUCT:.*]] = graph.fused "matmul"
  // CHECK: graph.matmul
  // CHECK-NEXT: graph.yield
  // CHECK: %[[SHARES:.*]] = graph.fused "softmax"(%[[PRODUCT]])
  // CHECK: graph.binary add
  %0 = graph.matmul %x, %x : tensor<4x4xf32>, tensor<4x4xf32>
  %1 = graph.softmax %0 axis 1 : tensor<4x4xf32>
  %2 = graph.binary add %0, %1 : tensor<4x4xf32>, tensor<4x4xf32>
  return %2 : tensor<4x4xf32>
}

// CHECK-LABEL: func @a_larger_result_is_no_epilogue
func.func @a_larger_result_is_no_epilogue(%x: tensor<4x4xf32>, %b: tensor<3x1x1xf32>) -> tensor<3x4x4xf32> {
  // CHECK: graph.fused "matmul"
  // CHECK: graph.matmul
  // CHECK-NEXT: graph.yield
  // CHECK: graph.fused "loops"
  %0 = graph.matmul %x, %x : tensor<4x4xf32>, tensor<4x4xf32>
  %1 = graph.binary add %0, %b : tensor<4x4xf32>, tensor<3x1x1xf32>
  return %1 : tensor<3x4x4xf32>
}
