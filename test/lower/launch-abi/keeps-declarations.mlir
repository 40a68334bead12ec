// RUN: mdc-opt %s --mdc-launch-abi | FileCheck %s

// A function of the C library has no body and keeps its own signature.
// CHECK: func.func private @erf(f64) -> f64
func.func private @erf(%x: f64) -> f64

// Without operands and extents the status alone is a word.
// CHECK: func.func @kernel(%{{.*}}: !llvm.ptr {{{.*}}llvm.byval = !llvm.array<1 x i64>
func.func @kernel() {
  return
}
