// RUN: mdc-opt %s --mdc-outline-parallel | FileCheck %s

// CHECK-LABEL: func @kernel
func.func @kernel() {
  // CHECK: %[[N:.*]] = kernel.extent 0
  // CHECK: kernel.launch @kernel_body0 over %[[N]]
  // CHECK-NOT: scf.parallel
  %x = kernel.operand 0 : memref<?xf32>
  %n = kernel.extent 0
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %half = arith.constant 0.5 : f32
  scf.parallel (%i) = (%zero) to (%n) step (%one) {
    %place = arith.addi %i, %n : index
    memref.store %half, %x[%place] : memref<?xf32>
  }
  return
}

// The body names memory and extents again instead of capturing them.
// CHECK-LABEL: func private @kernel_body0
// CHECK-SAME: (%[[FIRST:.*]]: index, %[[END:.*]]: index)
// CHECK-DAG: %[[X:.*]] = kernel.operand 0 : memref<?xf32>
// CHECK-DAG: %[[N:.*]] = kernel.extent 0
// CHECK: scf.for %[[I:.*]] = %[[FIRST]] to %[[END]]
// CHECK: %[[PLACE:.*]] = arith.addi %[[I]], %[[N]]
// CHECK: memref.store %{{.*}}, %[[X]][%[[PLACE]]]
