// RUN: mdc-opt %s --mdc-outline-constants | FileCheck %s

// What a request needs not be there for becomes a function without arguments; what it is computed
// from goes with it.
// CHECK-LABEL: func private @constants
// CHECK-SAME: () -> (tensor<4x8xf32> {graph.name = "constant 0"})
// CHECK: %[[W:.*]] = graph.constant dense<2.0
// CHECK: %[[SUM:.*]] = graph.reduce sum %[[W]]
// CHECK: %[[SCALED:.*]] = graph.binary mul %[[W]], %[[SUM]]
// CHECK: return %[[SCALED]]

// CHECK-LABEL: func @main
// CHECK-SAME: %[[X:.*]]: tensor<3x4xf32>
// CHECK: %[[SCALED:.*]] = call @constants()
// CHECK-NOT: graph.reduce
// CHECK: graph.matmul %[[X]], %[[SCALED]]
func.func @main(%x: tensor<3x4xf32>) -> tensor<3x8xf32> {
  %w = graph.constant dense<2.0> : tensor<4x8xf32>
  %sum = graph.reduce sum %w axes [1] : tensor<4x8xf32>
  %scaled = graph.binary mul %w, %sum : tensor<4x8xf32>, tensor<4x1xf32>
  %y = graph.matmul %x, %scaled : tensor<3x4xf32>, tensor<4x8xf32>
  return %y : tensor<3x8xf32>
}
