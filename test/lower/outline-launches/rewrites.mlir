// RUN: mdc-opt %s --mdc-outline-launches | FileCheck %s

// CHECK-DAG: #[[ROUNDS:.*]] = affine_map<()[s0] -> (s0 ceildiv 256)>
// CHECK-DAG: #[[GROUPS:.*]] = affine_map<()[s0] -> ((s0 * 3) ceildiv 8)>

// Both loops become kernels, in their order; the function goes.
// CHECK-LABEL: func.func @kernel_0()
// CHECK-SAME: kernel.blocks = #[[ROUNDS]]
// CHECK: %[[BLOCK:.*]] = nvvm.read.ptx.sreg.ctaid.x
// CHECK: %[[THREAD:.*]] = nvvm.read.ptx.sreg.tid.x
// CHECK: %[[ROUND:.*]] = arith.addi
// CHECK: %[[X:.*]] = kernel.operand 0
// CHECK: %[[MINE:.*]] = arith.cmpi ult, %[[ROUND]], %{{.*}} : index
// CHECK: scf.if %[[MINE]]
// CHECK: memref.store %{{.*}}, %[[X]][%[[ROUND]]]
func.func @kernel() {
  %x = kernel.operand 0 : memref<?xf32>
  %n = kernel.extent 0
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %three = arith.constant 3 : index
  %half = arith.constant 0.5 : f32
  scf.parallel (%i) = (%zero) to (%n) step (%one) {
    memref.store %half, %x[%i] : memref<?xf32>
  }
  // A group of 32 threads has a round together, so a block of 256 has eight.
  // CHECK-LABEL: func.func @kernel_1()
  // CHECK-SAME: kernel.blocks = #[[GROUPS]]
  // CHECK: %[[NUMBER:.*]] = arith.addi
  // CHECK: arith.divui %[[NUMBER]], %{{.*}} : index
  %rows = arith.muli %n, %three : index
  scf.parallel (%i) = (%zero) to (%rows) step (%one) {
    memref.store %half, %x[%i] : memref<?xf32>
  } {kernel.group}
  return
}
