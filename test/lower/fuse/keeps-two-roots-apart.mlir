// RUN: mdc-opt %s --mdc-fuse | FileCheck %s

// CHECK-LABEL: func @f
func.func @f(%x: tensor<4x8xf32>, %w: tensor<8x8xf32>) -> tensor<4x8xf32> {
  // CHECK: %[[SCORES:.*]] = graph.fused "matmul"
  // CHECK: %[[SHARES:.*]] = graph.fused "softmax"(%[[SCORES]])
  // CHECK: graph.fused "matmul"(%[[SHARES]],
  %0 = graph.matmul %x, %w : tensor<4x8xf32>, tensor<8x8xf32>
  %1 = graph.softmax %0 axis 1 : tensor<4x8xf32>
  %2 = graph.matmul %1, %w : tensor<4x8xf32>, tensor<8x8xf32>
  return %2 : tensor<4x8xf32>
}
