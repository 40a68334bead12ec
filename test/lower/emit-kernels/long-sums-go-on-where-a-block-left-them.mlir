// RUN: mdc-opt %s --mdc-emit-kernels --canonicalize --cse | FileCheck %s

// A panel of 4096 rows by 64 columns is more than the second-level cache holds: blocks of its depth,
// the sums of all rows on the stack between two of them. Each row tile fetches a share of what
// follows in memory.
// CHECK-LABEL: func.func @product()
// CHECK: %[[SUMS:.*]] = memref.alloca() {{.*}} : memref<{{[0-9]+}}xf32>
// CHECK: vector.store %{{.*}}, %[[SUMS]]
// CHECK: vector.load %[[SUMS]]
// CHECK: memref.prefetch {{.*}} read, locality<2>
// CHECK: vector.fma
// CHECK: vector.store %{{.*}}, %[[SUMS]]
// CHECK: vector.load %[[SUMS]]
// CHECK: vector.fma
func.func @product(%x: tensor<48x4096xf32>, %w: tensor<4096x64xf32> {graph.layout = "panels:64"})
    -> tensor<48x64xf32> {
  %0 = graph.matmul %x, %w : tensor<48x4096xf32>, tensor<4096x64xf32>
  return %0 : tensor<48x64xf32>
}

// CHECK-LABEL: func.func @windows()
// CHECK: %[[SUMS:.*]] = memref.alloca() {{.*}} : memref<{{[0-9]+}}xf32>
// CHECK: vector.load %[[SUMS]]
// CHECK: memref.prefetch {{.*}} read, locality<2>
// CHECK: vector.fma
// CHECK: vector.store %{{.*}}, %[[SUMS]]
func.func @windows(%x: tensor<1x512x14x14xf32> {graph.layout = "c16 border 1,1,1,1"},
                   %w: tensor<32x512x3x3xf32> {graph.layout = "conv:32:16"})
    -> (tensor<1x32x14x14xf32> {graph.layout = "c16"}) {
  %0 = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      : tensor<1x512x14x14xf32>, tensor<32x512x3x3xf32>
  return %0 : tensor<1x32x14x14xf32>
}

// All of this one's weights fit.
// CHECK-LABEL: func.func @short()
// CHECK-NOT: memref.alloca
func.func @short(%x: tensor<48x64xf32>, %w: tensor<64x64xf32> {graph.layout = "panels:64"})
    -> tensor<48x64xf32> {
  %0 = graph.matmul %x, %w : tensor<48x64xf32>, tensor<64x64xf32>
  return %0 : tensor<48x64xf32>
}
