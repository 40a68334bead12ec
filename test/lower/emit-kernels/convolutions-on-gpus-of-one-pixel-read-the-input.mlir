// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// Windows of one pixel lie in the input already, if a row of them is a multiple of 16 bytes.
// CHECK-NOT: scf.parallel
// CHECK-LABEL: func.func @pixels_0()
// CHECK: kernel.main_loop "mdc_matmul_f32_{{[0-9x]+}}" operands [1, 0, -1]
func.func @pixels(%x: tensor<1x32x8x8xf32>, %w: tensor<64x32x1x1xf32>) -> tensor<1x64x8x8xf32> {
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x32x8x8xf32>, tensor<64x32x1x1xf32>
  return %0 : tensor<1x64x8x8xf32>
}
