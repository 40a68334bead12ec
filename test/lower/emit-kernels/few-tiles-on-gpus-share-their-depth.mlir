// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// One row is a loop of one row; its sums come from several blocks, which a second launch adds up.
// CHECK: #[[LOOP:.*]] = affine_map<() -> (24, 1, [[SPLITS:[0-9]+]])>
// CHECK: #[[SUM:.*]] = affine_map<() -> (2, 1, 1)>
// CHECK-LABEL: func.func @row_0()
// CHECK-SAME: kernel.blocks = #[[LOOP]]
// CHECK: kernel.main_loop "mdc_matmul_f32_1x32" operands [0, 1, 3](
// CHECK-LABEL: func.func @row_1()
// CHECK-SAME: kernel.blocks = #[[SUM]]
// CHECK: kernel.main_loop "mdc_matmul_sum_splits_f32" operands [0, 1, 3](
func.func @row(%x: tensor<1x4096xf32>, %w: tensor<4096x768xf32>) -> tensor<1x768xf32> {
  %0 = graph.matmul %x, %w : tensor<1x4096xf32>, tensor<4096x768xf32>
  return %0 : tensor<1x768xf32>
}
