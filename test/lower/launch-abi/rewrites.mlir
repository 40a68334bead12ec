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

// The fields of MdcMatmul: three addresses, then sixteen numbers.
// CHECK-LABEL: func.func @product
// CHECK-SAME: (%[[WORDS:.*]]: !llvm.ptr {llvm.align
func.func @product() {
  %n = kernel.extent 0
  // CHECK: %[[NONE:.*]] = llvm.mlir.zero : !llvm.ptr
  // CHECK: %[[SHAPE:.*]] = llvm.alloca %{{.*}} x !llvm.array<19 x i64>
  // CHECK: llvm.store %[[NONE]], %{{.*}} : !llvm.ptr, !llvm.ptr
  // CHECK-COUNT-16: llvm.store %{{.*}} : i64, !llvm.ptr
  // CHECK: llvm.call @mdc_matmul_f32_64x64(%[[SHAPE]], %[[WORDS]])
  kernel.main_loop "mdc_matmul_f32_64x64" operands [0, 1, -1] (%n, %n, %n, %n, %n, %n, %n, %n, %n, %n,
                                                         %n, %n, %n, %n, %n, %n)
  return
}

// Two operands, an extent and the status are four words; tensor maps follow at a multiple of eight.
// CHECK-LABEL: func.func @mapped
// CHECK-SAME: (%[[WORDS:.*]]: !llvm.ptr {llvm.align = 64 : i64, llvm.byval = !llvm.array<40 x i64>})
func.func @mapped() {
  %n = kernel.extent 0
  // CHECK: %[[LEFT:.*]] = llvm.getelementptr %[[WORDS]][8] : (!llvm.ptr) -> !llvm.ptr, i64
  // CHECK: %[[RIGHT:.*]] = llvm.getelementptr %[[WORDS]][24] : (!llvm.ptr) -> !llvm.ptr, i64
  // CHECK: llvm.store %[[LEFT]], %{{.*}} : !llvm.ptr, !llvm.ptr
  // CHECK: llvm.store %[[RIGHT]], %{{.*}} : !llvm.ptr, !llvm.ptr
  // CHECK: llvm.call @mdc_matmul_sm90a_bf16_64x64(
  kernel.main_loop "mdc_matmul_sm90a_bf16_64x64" operands [0, 1, -1] mapped [0, 1] (
      %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n)
  return
}

// What a main loop calls is given the words, which are no parameter of its own.
// CHECK-LABEL: func.func @mdc_store1
// CHECK-SAME: (%[[WORDS:.*]]: !llvm.ptr, %[[COLUMN:.*]]: index, %[[SUM:.*]]: f32)
func.func @mdc_store1(%column: index, %sum: f32) {
  // CHECK: llvm.getelementptr %[[WORDS]][0]
  %x = kernel.operand 0 : memref<?xf32>
  memref.store %sum, %x[%column] : memref<?xf32>
  return
}
