// RUN: not mdc-opt --mdc-integer-kernels %s 2>&1 | FileCheck %s
// CHECK: C2: 2 scales along axis 0 of 'tensor<3x4xi8>'
func.func @scales_do_not_fit(%c: tensor<3x4xi8>) -> tensor<3x4xf32> {
  %w = graph.dequantize %c scales [0.5, 0.25] zero_points [0, 0] : tensor<3x4xi8> to tensor<3x4xf32>
  return %w : tensor<3x4xf32>
}
