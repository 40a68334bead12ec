// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" -split-input-file | FileCheck %s

// The smallest loop that has room for the head, of the products' element.
// CHECK-LABEL: func.func @exact_0()
// CHECK-SAME: kernel.shared_bytes = 65536 : i64, kernel.threads = 128 : i64
// CHECK: kernel.main_loop "mdc_attention_f32_128" operands [0, 1, 2](
// CHECK: func.func @mdc_score(
func.func @exact(%q: tensor<99x64xf32>, %k: tensor<50x64xf32>, %v: tensor<50x72xf32>)
    -> tensor<99x72xf32> {
  %0 = graph.matmul %q, %k transposed : tensor<99x64xf32>, tensor<50x64xf32>
  %1 = graph.softmax %0 axis 1 : tensor<99x50xf32>
  %2 = graph.matmul %1, %v : tensor<99x50xf32>, tensor<50x72xf32>
  return %2 : tensor<99x72xf32>
}

// -----

// CHECK-LABEL: func.func @rounded_0()
// CHECK-SAME: kernel.shared_bytes = 49152 : i64, kernel.threads = 128 : i64
// CHECK: kernel.main_loop "mdc_attention_tf32_64" operands [0, 1, 2](
func.func @rounded(%q: tensor<99x64xf32>, %k: tensor<50x64xf32>, %v: tensor<50x64xf32>)
    -> tensor<99x64xf32> {
  %0 = graph.matmul %q, %k transposed {graph.tf32} : tensor<99x64xf32>, tensor<50x64xf32>
  %1 = graph.softmax %0 axis 1 : tensor<99x50xf32>
  %2 = graph.matmul %1, %v {graph.tf32} : tensor<99x50xf32>, tensor<50x64xf32>
  return %2 : tensor<99x64xf32>
}

// -----

// CHECK-LABEL: func.func @large_0()
// CHECK-SAME: kernel.shared_bytes = 98304 : i64, kernel.threads = 128 : i64
// CHECK: kernel.main_loop "mdc_attention_f16_256" operands [0, 1, 2](
func.func @large(%q: tensor<99x256xf16>, %k: tensor<50x256xf16>, %v: tensor<50x64xf16>)
    -> tensor<99x64xf16> {
  %0 = graph.matmul %q, %k transposed : tensor<99x256xf16>, tensor<50x256xf16>
  %1 = graph.softmax %0 axis 1 : tensor<99x50xf16>
  %2 = graph.matmul %1, %v : tensor<99x50xf16>, tensor<50x64xf16>
  return %2 : tensor<99x64xf16>
}
