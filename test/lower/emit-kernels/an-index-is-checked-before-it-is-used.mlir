// RUN: mdc-opt %s --mdc-emit-kernels --canonicalize --cse | FileCheck %s

// CHECK-LABEL: func.func @gather()
func.func @gather(%table: tensor<9x16xf32>, %i: tensor<3xi64>) -> tensor<3x16xf32> {
  // CHECK-DAG: %[[COUNT:.*]] = arith.constant 9 : index
  // CHECK-DAG: %[[TABLE:.*]] = kernel.operand 0 : memref<?xf32>
  // CHECK: scf.if
  // CHECK-NEXT: kernel.index_error %{{.*}}, %[[COUNT]]
  // CHECK: vector.load %[[TABLE]]
  %0 = graph.gather %table, %i axis 0 : tensor<9x16xf32>, tensor<3xi64>
  return %0 : tensor<3x16xf32>
}
