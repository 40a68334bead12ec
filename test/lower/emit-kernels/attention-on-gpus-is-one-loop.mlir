// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// Tiles of 64 rows along x, batch entries along z; the score and the stores are what the loop calls.
// CHECK: #[[GRID:.*]] = affine_map<() -> (2, 1, 6)>
// CHECK-LABEL: func.func @attention_0()
// CHECK-SAME: kernel.blocks = #[[GRID]], kernel.shared_bytes = 40960 : i64, kernel.threads = 128 : i64
// CHECK: kernel.main_loop "mdc_attention_bf16_64" operands [0, 1, 3](
// CHECK-LABEL: func.func @mdc_store1(
// CHECK: memref.store
// CHECK-LABEL: func.func @mdc_store2(
// CHECK-LABEL: func.func @mdc_score(
// CHECK-SAME: index, %{{.*}}: index, %[[COLUMN:.*]]: index, %[[SUM:.*]]: f32) -> f32
// CHECK: %[[MASK:.*]] = memref.load
// CHECK: %[[SCORE:.*]] = arith.addf %[[SUM]], %[[MASK]]
// CHECK: return %[[SCORE]] : f32
func.func @attention(%q: tensor<2x3x99x64xbf16>, %k: tensor<2x3x64x50xbf16>, %mask: tensor<50xf32>,
                     %v: tensor<2x3x50x40xbf16>) -> tensor<2x3x99x40xbf16> {
  %0 = graph.matmul %q, %k : tensor<2x3x99x64xbf16>, tensor<2x3x64x50xbf16>
  %1 = graph.cast %0 : tensor<2x3x99x50xbf16> to tensor<2x3x99x50xf32>
  %2 = graph.binary add %1, %mask : tensor<2x3x99x50xf32>, tensor<50xf32>
  %3 = graph.softmax %2 axis 3 : tensor<2x3x99x50xf32>
  %4 = graph.cast %3 : tensor<2x3x99x50xf32> to tensor<2x3x99x50xbf16>
  %5 = graph.matmul %4, %v : tensor<2x3x99x50xbf16>, tensor<2x3x50x40xbf16>
  return %5 : tensor<2x3x99x40xbf16>
}
