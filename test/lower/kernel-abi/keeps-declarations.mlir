// RUN: mdc-opt %s --mdc-kernel-abi | FileCheck %s

// A function of the C library has no body and keeps its own signature.
// CHECK: func.func private @erf(f64) -> f64
func.func private @erf(%x: f64) -> f64

func.func @kernel() {
  return
}
