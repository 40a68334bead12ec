// RUN: mdc-opt %s --mdc-emit-kernels --canonicalize --cse | FileCheck %s

// Elements in vectors of 16, the ragged end of a row under a mask.
// CHECK-LABEL: func.func @map()
func.func @map(%x: tensor<5x19xf32>) -> tensor<5x19xf32> {
  // CHECK-DAG: %[[X:.*]] = kernel.operand 0 : memref<?xf32>
  // CHECK-DAG: %[[Y:.*]] = kernel.operand 1 : memref<?xf32>
  // CHECK: scf.for
  // CHECK: vector.load %[[X]]
  // CHECK: vector.store %{{.*}}, %[[Y]]
  // CHECK: vector.maskedstore %[[Y]]
  %0 = graph.unary relu %x : tensor<5x19xf32>
  return %0 : tensor<5x19xf32>
}

// CHECK-LABEL: func.func @an_open_extent_is_read_at_run_time()
func.func @an_open_extent_is_read_at_run_time(%x: tensor<?xf32, affine_map<()[s0] -> (s0)>>)
    -> tensor<?xf32, affine_map<()[s0] -> (s0)>> {
  // CHECK: kernel.extent 0
  // CHECK: scf.parallel
  %0 = graph.unary exp %x : tensor<?xf32, affine_map<()[s0] -> (s0)>>
  return %0 : tensor<?xf32, affine_map<()[s0] -> (s0)>>
}

// A move leaves no loop behind: it is arithmetic on the place that is read.
// CHECK-LABEL: func.func @transpose()
func.func @transpose(%x: tensor<3x4x5xf32>) -> tensor<4x3x5xf32> {
  // CHECK-COUNT-1: scf.for
  // CHECK-NOT: scf.for
  // CHECK: return
  %0 = graph.transpose %x [1, 0, 2] : tensor<3x4x5xf32>
  return %0 : tensor<4x3x5xf32>
}
