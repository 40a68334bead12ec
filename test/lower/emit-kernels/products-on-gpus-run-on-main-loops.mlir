// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" --split-input-file | FileCheck %s

// Tiles enough for every multiprocessor, columns along x, rows along y.
// CHECK: #[[LARGE:.*]] = affine_map<() -> (24, 32, 1)>
// CHECK-LABEL: func.func @large_0()
// CHECK-SAME: kernel.blocks = #[[LARGE]], kernel.shared_bytes = 16896 : i64, kernel.threads = 256 : i64
// CHECK: kernel.main_loop "mdc_matmul_f32_128x128" operands [0, 1, -1](
// The epilogue, once for one sum and once for two neighbours, which lie together.
// CHECK-LABEL: func.func @mdc_store1(
// CHECK-SAME: %{{.*}}: index, %{{.*}}: index, %[[COLUMN:.*]]: index, %[[SUM:.*]]: f32)
// CHECK: %[[BIAS:.*]] = memref.load %{{.*}}[%[[COLUMN]]]
// CHECK: arith.addf %[[SUM]], %[[BIAS]]
// CHECK-COUNT-1: memref.store
// CHECK-LABEL: func.func @mdc_store2(
// CHECK: %[[BIASES:.*]] = vector.load {{.*}} {alignment = 8 : i64} : memref<?xf32>, vector<2xf32>
// CHECK: arith.addf %{{.*}}, %[[BIASES]] : vector<2xf32>
// CHECK: vector.store {{.*}} {alignment = 8 : i64} : memref<?xf32>, vector<2xf32>
module {
func.func @large(%x: tensor<4096x1024xf32>, %w: tensor<1024x3072xf32>, %b: tensor<3072xf32>)
    -> tensor<4096x3072xf32> {
  %0 = graph.matmul %x, %w : tensor<4096x1024xf32>, tensor<1024x3072xf32>
  %1 = graph.binary add %0, %b : tensor<4096x3072xf32>, tensor<3072xf32>
  return %1 : tensor<4096x3072xf32>
}
}

// -----

// Where rows are odd, each is stored alone.
// CHECK-LABEL: func.func @mdc_store2(
// CHECK-NOT: vector.
// CHECK-COUNT-2: memref.store
module {
func.func @odd(%x: tensor<64x64xf32>, %w: tensor<64x63xf32>) -> tensor<64x63xf32> {
  %0 = graph.matmul %x, %w : tensor<64x64xf32>, tensor<64x63xf32>
  return %0 : tensor<64x63xf32>
}
}
