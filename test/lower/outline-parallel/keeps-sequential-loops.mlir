// RUN: mdc-opt %s --mdc-outline-parallel | FileCheck %s

// CHECK-LABEL: func @kernel
func.func @kernel() {
  // CHECK: scf.for
  // CHECK: memref.store
  // CHECK-NOT: kernel.launch
  %x = kernel.operand 0 : memref<?xf32>
  %n = kernel.extent 0
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %half = arith.constant 0.5 : f32
  scf.for %i = %zero to %n step %one {
    memref.store %half, %x[%i] : memref<?xf32>
  }
  return
}
