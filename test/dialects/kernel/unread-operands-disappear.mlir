// RUN: mdc-opt %s --cse --canonicalize | FileCheck %s

// Naming memory has no effect, so that equal names are one and idle ones go; launches and errors stay.
// CHECK-LABEL: func @kernel
func.func @kernel() {
  // CHECK-NEXT: %[[N:.*]] = kernel.extent 0
  // CHECK-NEXT: kernel.launch @body over %[[N]]
  // CHECK-NEXT: kernel.index_error %[[N]], %[[N]]
  // CHECK-NEXT: return
  %idle = kernel.operand 3 : memref<?xf32>
  %n = kernel.extent 0
  %same = kernel.extent 0
  kernel.launch @body over %same
  kernel.index_error %n, %same
  return
}
func.func private @body(%first: index, %end: index) {
  return
}
