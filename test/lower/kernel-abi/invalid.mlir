// RUN: mdc-opt %s --mdc-kernel-abi | FileCheck %s

// An operand that is never read leaves no access behind, and a kernel without loops makes no call.
// CHECK-LABEL: func.func @kernel
// CHECK-NOT: call
// CHECK: return
func.func @kernel() {
  %x = kernel.operand 1 : memref<?xf32>
  return
}
