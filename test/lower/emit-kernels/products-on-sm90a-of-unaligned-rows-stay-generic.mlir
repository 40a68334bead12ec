// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// TMA reads rows at multiples of 16 bytes.
// CHECK-LABEL: func.func @odd_0()
// CHECK: kernel.main_loop "mdc_matmul_bf16_
// CHECK-NOT: mapped
module {
func.func @odd(%x: tensor<4096x1001xbf16>, %w: tensor<1001x3072xbf16>)
    -> tensor<4096x3072xf32> {
  %0 = graph.matmul %x, %w : tensor<4096x1001xbf16>, tensor<1001x3072xbf16>
  %1 = graph.cast %0 : tensor<4096x3072xbf16> to tensor<4096x3072xf32>
  return %1 : tensor<4096x3072xf32>
}
}
