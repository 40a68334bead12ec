// RUN: mdc-opt %s --mdc-fuse --mdc-assign-layouts | FileCheck %s

// Half of the weights are zero, but no whole block: a dense kernel is faster.
// CHECK-LABEL: func @few_zeros
// CHECK: graph.matmul {{.*}}note = "reconstructed; dense kernel: 50 % zeros, 0 % in whole blocks of 16"
func.func @few_zeros(%x: tensor<32x2xf32>) -> tensor<32x4xf32> {
  %w = graph.constant dense<[[1.,2.,0.,0.], [0.,0.,6.,3.]]> : tensor<2x4xf32>
  %0 = graph.matmul %x, %w {graph.compression = {note = "reconstructed", sparsity = 0.5 : f64}}
      : tensor<32x2xf32>, tensor<2x4xf32>
  return %0 : tensor<32x4xf32>
}

// What has lost whole channels has no zeros to skip.
// CHECK-LABEL: func @fewer_channels
// CHECK: graph.matmul {{.*}}graph.compression = {sparsity = 5.0{{[^,}]*}}}
func.func @fewer_channels(%x: tensor<32x2xf32>) -> tensor<32x4xf32> {
  %w = graph.constant dense<[[1.,2.,5.,4.], [7.,8.,6.,3.]]> : tensor<2x4xf32>
  %0 = graph.matmul %x, %w {graph.compression = {sparsity = 0.5 : f64}}
      : tensor<32x2xf32>, tensor<2x4xf32>
  return %0 : tensor<32x4xf32>
}
