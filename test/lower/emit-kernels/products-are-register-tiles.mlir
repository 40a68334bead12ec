// RUN: mdc-opt %s --mdc-emit-kernels --canonicalize --cse | FileCheck %s
// RUN: mdc-opt %s "--mdc-emit-kernels=reference" | FileCheck %s --check-prefix=PLAIN

// Five rows by two vectors wait in registers over the whole inner extent.
// CHECK-LABEL: func.func @matmul()
// PLAIN-LABEL: func.func @matmul()
func.func @matmul(%x: tensor<5x8xf32>, %w: tensor<8x32xf32>) -> tensor<5x32xf32> {
  // CHECK: %[[TILE:[0-9]+]]:10 = scf.for
  // CHECK-COUNT-10: vector.fma
  // CHECK: vector.store %[[TILE]]#0
  // PLAIN-NOT: vector.fma
  // PLAIN: return
  %0 = graph.matmul %x, %w : tensor<5x8xf32>, tensor<8x32xf32>
  return %0 : tensor<5x32xf32>
}
