// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// A thread has four channels of four pixels of a row: 5 * 2 * 8 threads, in blocks of 64. Channels
// are columns, their sums stored two at a time.
// CHECK: #[[GRID:.*]] = affine_map<() -> (2, 1, 1)>
// CHECK-NOT: scf.parallel
// CHECK-LABEL: func.func @floats_0()
// CHECK-SAME: kernel.blocks = #[[GRID]], kernel.shared_bytes = 0 : i64, kernel.threads = 64 : i64
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1 : index
// CHECK-DAG: %[[EXTENT:.*]] = arith.constant 8 : index
// CHECK-DAG: %[[CHANNELS:.*]] = arith.constant 19 : index
// CHECK-DAG: %[[PITCH:.*]] = arith.constant 20 : index
// CHECK-DAG: %[[TAPS:.*]] = arith.constant 3 : index
// CHECK: kernel.main_loop "mdc_depthwise_f32" operands [0, 1, -1](%[[ONE]], %[[EXTENT]], %[[EXTENT]], %[[EXTENT]], %[[EXTENT]], %[[CHANNELS]], %[[ONE]], %[[ONE]], %[[PITCH]], %[[PITCH]], %[[TAPS]], %[[TAPS]],
// CHECK-LABEL: func.func @mdc_store2
// CHECK: vector.store {{.*}} {alignment = 8 : i64} : memref<?xf32>, vector<2xf32>
func.func @floats(%x: tensor<1x19x8x8xf32> {graph.layout = "c20"},
                  %w: tensor<19x1x3x3xf32> {graph.layout = "channels-last:4"},
                  %b: tensor<19xf32>)
    -> (tensor<1x19x8x8xf32> {graph.layout = "c20"}) {
  %0 = graph.conv %x, %w, %b strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 19
      : tensor<1x19x8x8xf32>, tensor<19x1x3x3xf32>, tensor<19xf32>
  return %0 : tensor<1x19x8x8xf32>
}
