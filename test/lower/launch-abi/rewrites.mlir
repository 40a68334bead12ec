// RUN: mdc-opt %s "--mdc-launch-abi=operands=2 extents=1" | FileCheck %s

// Two operands, an extent and the status are four words.
// CHECK-LABEL: func.func @kernel
// CHECK-SAME: (%[[WORDS:.*]]: !llvm.ptr {llvm.align = 8 : i64, llvm.byval = !llvm.array<4 x i64>})
func.func @kernel() {
  // CHECK: llvm.getelementptr %[[WORDS]][1] : (!llvm.ptr) -> !llvm.ptr, i64
  // CHECK: llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr<1>
  // CHECK: llvm.addrspacecast
  %x = kernel.operand 1 : memref<?xf32>
  // CHECK: llvm.getelementptr %[[WORDS]][2] : (!llvm.ptr) -> !llvm.ptr, i64
  %n = kernel.extent 0
  %0 = memref.load %x[%n] : memref<?xf32>
  memref.store %0, %x[%n] : memref<?xf32>
  // CHECK: llvm.getelementptr %[[WORDS]][3] : (!llvm.ptr) -> !llvm.ptr, i64
  // CHECK: %[[BEFORE:.*]] = llvm.cmpxchg
  // CHECK: %[[FIRST:.*]] = llvm.extractvalue %[[BEFORE]][1]
  // CHECK: scf.if %[[FIRST]]
  // CHECK: llvm.getelementptr %{{.*}}[8]
  // CHECK: llvm.getelementptr %{{.*}}[16]
  kernel.index_error %n, %n
  return
}
