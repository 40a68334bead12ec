// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// Two neighbouring columns of a head, rounded: row 9 * p + s, column 8 * h + d goes to [p, h, s, d].
// CHECK-LABEL: func.func @heads_0()
// CHECK: kernel.main_loop "mdc_matmul_f32_{{[0-9x]+}}"
// CHECK-LABEL: func.func @mdc_store2(
// CHECK-SAME: %{{.*}}: index, %[[ROW:.*]]: index, %[[COLUMN:.*]]: index,
// CHECK-DAG: %[[EIGHT:.*]] = arith.constant 8 : index
// CHECK-DAG: arith.remui %[[COLUMN]], %[[EIGHT]]
// CHECK-DAG: arith.divui %[[COLUMN]], %[[EIGHT]]
// CHECK: arith.truncf %{{.*}} : vector<2xf32> to vector<2xbf16>
// CHECK: vector.store %{{.*}} {alignment = 4 : i64} : memref<?xbf16>, vector<2xbf16>
func.func @heads(%x: tensor<2x9x24xf32>, %w: tensor<24x24xf32>) -> tensor<2x3x9x8xbf16> {
  %0 = graph.matmul %x, %w : tensor<2x9x24xf32>, tensor<24x24xf32>
  %1 = graph.reshape %0 : tensor<2x9x24xf32> to tensor<2x9x3x8xf32>
  %2 = graph.transpose %1 [0, 2, 1, 3] : tensor<2x9x3x8xf32>
  %3 = graph.cast %2 : tensor<2x3x9x8xf32> to tensor<2x3x9x8xbf16>
  return %3 : tensor<2x3x9x8xbf16>
}
