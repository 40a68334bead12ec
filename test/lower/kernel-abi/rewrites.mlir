// RUN: mdc-opt %s --mdc-kernel-abi | FileCheck %s

// CHECK-DAG: func.func private @mdc_parallel_for(!llvm.ptr, !llvm.ptr, !llvm.ptr, i64)
// CHECK-DAG: func.func private @mdc_index_error(!llvm.ptr, i64, i64)

// CHECK-LABEL: func.func @kernel
// CHECK-SAME: (%[[BUFFERS:.*]]: !llvm.ptr, %[[EXTENTS:.*]]: !llvm.ptr, %[[CONTEXT:.*]]: !llvm.ptr)
func.func @kernel() {
  // CHECK: llvm.getelementptr %[[EXTENTS]][2] : (!llvm.ptr) -> !llvm.ptr, i64
  // CHECK: %[[COUNT:.*]] = arith.index_cast %{{.*}} : index to i64
  // CHECK: call @mdc_parallel_for(%[[CONTEXT]], %{{.*}}, %[[CAPTURES:.*]], %[[COUNT]])
  %n = kernel.extent 2
  kernel.launch @kernel_body0 over %n
  return
}

// CHECK-LABEL: func.func private @kernel_body0
// CHECK-SAME: (%[[CAPTURES:.*]]: !llvm.ptr, %[[FIRST:.*]]: i64, %[[END:.*]]: i64)
// CHECK: llvm.getelementptr %[[CAPTURES]][0]
// CHECK-NEXT: %[[BUFFERS:.*]] = llvm.load
// CHECK: llvm.getelementptr %[[CAPTURES]][2]
// CHECK-NEXT: %[[CONTEXT:.*]] = llvm.load
func.func private @kernel_body0(%first: index, %end: index) {
  // CHECK: llvm.getelementptr %[[BUFFERS]][1]
  %x = kernel.operand 1 : memref<?xf32>
  // CHECK: memref.load
  %0 = memref.load %x[%first] : memref<?xf32>
  memref.store %0, %x[%end] : memref<?xf32>
  // CHECK: call @mdc_index_error(%[[CONTEXT]], %{{.*}}, %{{.*}})
  kernel.index_error %first, %end
  return
}
