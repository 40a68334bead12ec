// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// Windows of one pixel lie in the input: rows of 30 floats at a pitch of 32, of which 30 are
// multiplied. Two sums are stored at once.
// CHECK-NOT: scf.parallel
// CHECK-LABEL: func.func @pixels_0()
// CHECK-DAG: %[[ROWS:.*]] = arith.constant 128 : index
// CHECK-DAG: %[[COLUMNS:.*]] = arith.constant 64 : index
// CHECK-DAG: %[[DEPTH:.*]] = arith.constant 30 : index
// CHECK: kernel.main_loop "mdc_matmul_f32_{{[0-9x]+}}" operands [0, 1, -1](%[[ROWS]], %[[COLUMNS]], %[[DEPTH]]
// CHECK-LABEL: func.func @mdc_store2
// CHECK: vector.store {{.*}} {alignment = 8 : i64} : memref<?xf32>, vector<2xf32>
func.func @pixels(%x: tensor<2x30x8x8xf32> {graph.layout = "c32"},
                  %w: tensor<64x30x1x1xf32> {graph.layout = "taps-last:4"})
    -> (tensor<2x64x8x8xf32> {graph.layout = "c64"}) {
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<2x30x8x8xf32>, tensor<64x30x1x1xf32>
  return %0 : tensor<2x64x8x8xf32>
}
