// RUN: mdc-opt %s | mdc-opt | FileCheck %s

// CHECK-LABEL: func @a_region_takes_all_it_reads_as_operands
func.func @a_region_takes_all_it_reads_as_operands(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: graph.fused "loops"(%{{.*}}, %{{.*}}) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NEXT: ^bb0(%[[A:.*]]: tensor<4xf32>, %[[B:.*]]: tensor<4xf32>):
  // CHECK-NEXT: %[[SUM:.*]] = graph.binary add %[[A]], %[[B]]
  // CHECK-NEXT: graph.yield %[[SUM]] : tensor<4xf32>
  %0 = graph.fused "loops" (%x, %y) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>, %b: tensor<4xf32>):
    %sum = graph.binary add %a, %b : tensor<4xf32>, tensor<4xf32>
    graph.yield %sum : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}
