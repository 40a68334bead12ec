// RUN: mdc-opt %s --mdc-fuse --mdc-assign-layouts | FileCheck %s

// Of the 32 columns the second half is zero everywhere, and one depth in four holds the first half.
// CHECK-LABEL: func @groups_of_columns
// CHECK: graph.fused "matmul"(%{{.*}}) {layouts = ["", "sparse:16", ""]}
func.func @groups_of_columns(%x: tensor<32x4xf32>) -> tensor<32x32xf32> {
  %w = graph.constant dense<[
    [1.,1.,1.,1.,1.,1.,1.,1.,1.,1.,1.,1.,1.,1.,1.,1.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.],
    [0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.],
    [0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.],
    [0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.,0.]
  ]> : tensor<4x32xf32>
  %0 = graph.matmul %x, %w : tensor<32x4xf32>, tensor<4x32xf32>
  return %0 : tensor<32x32xf32>
}

// One zero in four does not pay.
// CHECK-LABEL: func @few_zeros
// CHECK: graph.fused "matmul"(%{{.*}}) {layouts = ["", "panels:{{.*}}", ""]}
func.func @few_zeros(%x: tensor<32x2xf32>) -> tensor<32x4xf32> {
  %w = graph.constant dense<[[1.,2.,0.,3.], [4.,5.,6.,0.]]> : tensor<2x4xf32>
  %0 = graph.matmul %x, %w : tensor<32x2xf32>, tensor<2x4xf32>
  return %0 : tensor<32x4xf32>
}

// Four columns are one panel of 16 in both forms: half of the depth is skipped.
// CHECK-LABEL: func @few_columns
// CHECK: graph.fused "matmul"(%{{.*}}) {layouts = ["", "sparse:16", ""]}
func.func @few_columns(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %w = graph.constant dense<[[1.,2.,5.,3.], [0.,0.,0.,0.], [4.,5.,6.,7.], [0.,0.,0.,0.]]>
      : tensor<4x4xf32>
  %0 = graph.matmul %x, %w : tensor<1x4xf32>, tensor<4x4xf32>
  return %0 : tensor<1x4xf32>
}
