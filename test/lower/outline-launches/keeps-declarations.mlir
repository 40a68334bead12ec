// RUN: mdc-opt %s --mdc-outline-launches | FileCheck %s

// CHECK: func.func private @erf(f64) -> f64
func.func private @erf(%x: f64) -> f64

// Without a parallel loop there is nothing to launch.
// CHECK-NOT: @nothing
func.func @nothing() {
  %x = kernel.operand 0 : memref<?xf32>
  return
}
