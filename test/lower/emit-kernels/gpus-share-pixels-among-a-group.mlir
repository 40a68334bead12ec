// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// Each thread sums every 32nd pixel of 16 bytes of channels; sums are exchanged lane by lane.
// CHECK-LABEL: func.func @mean()
// CHECK: scf.parallel
// CHECK: nvvm.read.ptx.sreg.laneid
// CHECK: scf.for
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xbf16>, vector<8xbf16>
// CHECK: arith.addf {{.*}} : vector<8xf32>
// CHECK-COUNT-40: nvvm.shfl.sync bfly
// CHECK: arith.divf
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<?xbf16>, vector<8xbf16>
// CHECK: {kernel.group}
func.func @mean(%x: tensor<2x24x7x7xbf16> {graph.layout = "c24"}) -> tensor<2x24x1x1xbf16> {
  %0 = graph.reduce mean %x axes [2, 3] : tensor<2x24x7x7xbf16>
  return %0 : tensor<2x24x1x1xbf16>
}

// Few pixels are one thread's. Channels that fill no 16 bytes are taken fewer at a time.
// CHECK-LABEL: func.func @few()
// CHECK-NOT: kernel.group
// CHECK-LABEL: func.func @odd()
// CHECK: vector.load {{.*}} {alignment = 4 : i64} : memref<?xbf16>, vector<2xbf16>
// CHECK: {kernel.group}
func.func @few(%x: tensor<2x24x3x3xbf16> {graph.layout = "c24"}) -> tensor<2x24x1x1xbf16> {
  %0 = graph.reduce max %x axes [2, 3] : tensor<2x24x3x3xbf16>
  return %0 : tensor<2x24x1x1xbf16>
}
func.func @odd(%x: tensor<2x22x7x7xbf16> {graph.layout = "c24"}) -> tensor<2x22x1x1xbf16> {
  %0 = graph.reduce max %x axes [2, 3] : tensor<2x22x7x7xbf16>
  return %0 : tensor<2x22x1x1xbf16>
}

// Columns of what is row-major too, as in means over a sequence, but not where they are many.
// CHECK-LABEL: func.func @columns()
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK-COUNT-20: nvvm.shfl.sync bfly
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK: {kernel.group}
// CHECK-LABEL: func.func @many()
// CHECK-NOT: kernel.group
func.func @columns(%x: tensor<2x64x24xf32>) -> tensor<2x1x24xf32> {
  %0 = graph.reduce mean %x axes [1] : tensor<2x64x24xf32>
  return %0 : tensor<2x1x24xf32>
}
func.func @many(%x: tensor<64x64x1024xf32>) -> tensor<64x1x1024xf32> {
  %0 = graph.reduce mean %x axes [1] : tensor<64x64x1024xf32>
  return %0 : tensor<64x1x1024xf32>
}
