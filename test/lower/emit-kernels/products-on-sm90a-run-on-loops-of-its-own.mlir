// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// One entry for every other device, one for sm_90a.
// CHECK: #[[GENERIC:.*]] = affine_map<() -> (24, 32, 1)>
// CHECK: #[[SM90A:.*]] = affine_map<() -> (12, 32, 1)>
// CHECK-LABEL: func.func @large_0()
// CHECK-SAME: kernel.blocks = #[[GENERIC]]
// CHECK: kernel.main_loop "mdc_matmul_bf16_128x128" operands [0, 1, -1](
// CHECK-LABEL: func.func @large_1()
// CHECK-SAME: kernel.blocks = #[[SM90A]], kernel.shared_bytes = 196672 : i64, kernel.threads = 288 : i64
// CHECK: kernel.main_loop "mdc_matmul_sm90a_bf16_128x256" operands [0, 1, -1] mapped [0, 1](
// CHECK-COUNT-1: func.func @mdc_store1(
module {
func.func @large(%x: tensor<4096x1024xbf16>, %w: tensor<1024x3072xbf16>)
    -> tensor<4096x3072xf32> {
  %0 = graph.matmul %x, %w : tensor<4096x1024xbf16>, tensor<1024x3072xbf16>
  %1 = graph.cast %0 : tensor<4096x3072xbf16> to tensor<4096x3072xf32>
  return %1 : tensor<4096x3072xf32>
}
}
