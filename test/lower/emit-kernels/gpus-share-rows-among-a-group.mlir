// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda reference=true" | FileCheck %s

// The threads of a group take turns along the row and exchange what they found.
// CHECK-LABEL: func @rows
// CHECK: scf.parallel
// CHECK: %[[LANE:.*]] = nvvm.read.ptx.sreg.laneid
// CHECK: %[[FIRST:.*]] = arith.index_castui %[[LANE]] : i32 to index
// CHECK: scf.for %{{.*}} = %[[FIRST]] to %{{.*}} step %{{.*}} iter_args
// CHECK-COUNT-5: nvvm.shfl.sync bfly
// CHECK: {kernel.group}
func.func @rows(%x: tensor<7x50xf32>) -> tensor<7x1xf32> {
  %0 = graph.reduce max %x axes [1] : tensor<7x50xf32>
  return %0 : tensor<7x1xf32>
}

// Each thread computes one element.
// CHECK-LABEL: func @elements
// CHECK: scf.parallel
// CHECK-NOT: vector
// CHECK: memref.store
// CHECK-NOT: kernel.group
func.func @elements(%x: tensor<7x50xf32>) -> tensor<7x50xf32> {
  %0 = graph.unary relu %x : tensor<7x50xf32>
  return %0 : tensor<7x50xf32>
}
