// RUN: mdc-opt %s --mdc-emit-kernels --canonicalize --cse | FileCheck %s

// CHECK-LABEL: func.func @concat()
func.func @concat(%a: tensor<2x16xf32>, %b: tensor<3x16xf32>) -> tensor<5x16xf32> {
  // CHECK-DAG: %[[A:.*]] = kernel.operand 0
  // CHECK-DAG: %[[B:.*]] = kernel.operand 1
  // CHECK: vector.load %[[A]]
  // CHECK: vector.store
  // CHECK: vector.load %[[B]]
  // CHECK: vector.store
  // CHECK-NOT: vector.load
  // CHECK: return
  %0 = graph.concat %a, %b axis 0 : tensor<2x16xf32>, tensor<3x16xf32>
  return %0 : tensor<5x16xf32>
}
