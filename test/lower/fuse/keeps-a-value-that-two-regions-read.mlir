// RUN: mdc-opt %s --mdc-fuse | FileCheck %s

// The exponential is written once, not computed in both readers.
// CHECK-LABEL: func @f
func.func @f(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x1xf32>) {
  // CHECK: %[[E:.*]] = graph.fused "loops"
  // CHECK: graph.unary exp
  // CHECK-DAG: graph.fused "softmax"(%[[E]])
  // CHECK-DAG: graph.fused "reduce"(%[[E]])
  // CHECK-NOT: graph.unary exp
  %0 = graph.unary exp %x : tensor<4x8xf32>
  %1 = graph.softmax %0 axis 1 : tensor<4x8xf32>
  %2 = graph.reduce sum %0 axes [1] : tensor<4x8xf32>
  return %1, %2 : tensor<4x8xf32>, tensor<4x1xf32>
}
