// RUN: mdc-opt %s --mdc-instrument | FileCheck %s

// Of two products that are added one has the sum in its kernel; the other lies in memory.
// CHECK-LABEL: func @residual
// CHECK-SAME: {graph.name = "range/1/input 0"}
// CHECK-SAME: {graph.name = "range/1/main"}
// CHECK-SAME: {graph.name = "range/1/bypass"}
// CHECK-SAME: {graph.name = "range/1/sum"}
func.func @residual(%x: tensor<4x6xf32>) -> tensor<4x5xf32> {
  %w = graph.constant dense<0.5> : tensor<6x5xf32>
  %v = graph.constant dense<0.25> : tensor<6x5xf32>
  %a = graph.matmul %x, %w : tensor<4x6xf32>, tensor<6x5xf32> loc("main")
  %b = graph.matmul %x, %v : tensor<4x6xf32>, tensor<6x5xf32> loc("bypass")
  %s = graph.binary add %a, %b : tensor<4x5xf32>, tensor<4x5xf32> loc("sum")
  return %s : tensor<4x5xf32>
}
