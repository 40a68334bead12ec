// RUN: mdc-opt %s --mdc-fuse | FileCheck %s

// An argument, a constant and a value that is returned twice are copied.
// CHECK-LABEL: func @f
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
func.func @f(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<2xf32>, tensor<4xf32>, tensor<2x2xf32>) {
  // CHECK: %[[TABLE:.*]] = graph.constant
  // CHECK: %[[Y:.*]] = graph.fused "loops"(%[[X]])
  // CHECK: graph.unary relu
  // CHECK: %[[SHAPED:.*]] = graph.reshape %[[Y]]
  // CHECK: %[[COPY_OF_X:.*]] = graph.fused "loops"(%[[X]])
  // CHECK: %[[COPY_OF_TABLE:.*]] = graph.fused "loops"(%[[TABLE]])
  // CHECK: %[[COPY_OF_Y:.*]] = graph.fused "loops"(%[[SHAPED]])
  // CHECK: return %[[COPY_OF_X]], %[[COPY_OF_TABLE]], %[[Y]], %[[COPY_OF_Y]]
  %table = graph.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %y = graph.unary relu %x : tensor<4xf32>
  %shaped = graph.reshape %y : tensor<4xf32> to tensor<2x2xf32>
  return %x, %table, %y, %shaped : tensor<4xf32>, tensor<2xf32>, tensor<4xf32>, tensor<2x2xf32>
}
