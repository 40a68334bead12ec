// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// Sums of integers, and of what a producer computes, are one thread's.
// CHECK-NOT: kernel.main_loop
// CHECK-LABEL: func.func @integers()
// CHECK: scf.parallel
func.func @integers(%x: tensor<4x8xi32>, %w: tensor<8x4xi32>) -> tensor<4x4xi32> {
  %0 = graph.matmul %x, %w : tensor<4x8xi32>, tensor<8x4xi32>
  return %0 : tensor<4x4xi32>
}
