// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// Weights are a matrix, which TMA reads; windows are found in the input.
// CHECK-NOT: scf.parallel
// CHECK-LABEL: func.func @halves_0()
// CHECK: kernel.main_loop "mdc_conv_bf16_{{[0-9x]+}}" operands [0, 1, -1](
// CHECK-LABEL: func.func @halves_1()
// CHECK: kernel.main_loop "mdc_conv_sm90a_bf16_{{[0-9x]+}}" operands [0, 1, -1] mapped [1](
func.func @halves(%x: tensor<8x64x28x28xbf16> {graph.layout = "c64"},
                  %w: tensor<64x64x3x3xbf16> {graph.layout = "taps-last:8"})
    -> (tensor<8x64x28x28xbf16> {graph.layout = "c64"}) {
  %0 = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      : tensor<8x64x28x28xbf16>, tensor<64x64x3x3xbf16>
  return %0 : tensor<8x64x28x28xbf16>
}
