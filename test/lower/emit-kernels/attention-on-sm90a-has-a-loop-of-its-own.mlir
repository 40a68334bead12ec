// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" --split-input-file | FileCheck %s

// Operands come by tensor maps.
// CHECK-LABEL: func.func @attention_0()
// CHECK: kernel.main_loop "mdc_attention_bf16_64" operands [0, 1, 2](
// CHECK-LABEL: func.func @attention_1()
// CHECK-SAME: kernel.shared_bytes = 41000 : i64, kernel.threads = 160 : i64
// CHECK: kernel.main_loop "mdc_attention_sm90a_bf16_64" operands [0, 1, 2] mapped [0, 1, 2](
// CHECK-COUNT-1: func.func @mdc_score(
module {
func.func @attention(%q: tensor<2x3x99x64xbf16>, %k: tensor<2x3x50x64xbf16>,
                     %v: tensor<2x3x50x40xbf16>) -> tensor<2x3x99x40xbf16> {
  %0 = graph.matmul %q, %k transposed : tensor<2x3x99x64xbf16>, tensor<2x3x50x64xbf16>
  %1 = graph.cast %0 : tensor<2x3x99x50xbf16> to tensor<2x3x99x50xf32>
  %2 = graph.softmax %1 axis 3 : tensor<2x3x99x50xf32>
  %3 = graph.cast %2 : tensor<2x3x99x50xf32> to tensor<2x3x99x50xbf16>
  %4 = graph.matmul %3, %v : tensor<2x3x99x50xbf16>, tensor<2x3x50x40xbf16>
  return %4 : tensor<2x3x99x40xbf16>
}
}

// -----

// Keys whose rows begin at no multiple of 16 bytes have none.
// CHECK-LABEL: func.func @odd_0()
// CHECK: kernel.main_loop "mdc_attention_bf16_64"
// CHECK-NOT: mapped
module {
func.func @odd(%q: tensor<3x99x64xbf16>, %k: tensor<3x64x50xbf16>, %v: tensor<3x50x40xbf16>)
    -> tensor<3x99x40xbf16> {
  %0 = graph.matmul %q, %k : tensor<3x99x64xbf16>, tensor<3x64x50xbf16>
  %1 = graph.cast %0 : tensor<3x99x50xbf16> to tensor<3x99x50xf32>
  %2 = graph.softmax %1 axis 2 : tensor<3x99x50xf32>
  %3 = graph.cast %2 : tensor<3x99x50xf32> to tensor<3x99x50xbf16>
  %4 = graph.matmul %3, %v : tensor<3x99x50xbf16>, tensor<3x50x40xbf16>
  return %4 : tensor<3x99x40xbf16>
}
}
