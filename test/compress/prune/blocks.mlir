// RUN: mdc-opt %s --mdc-prune="sparsity=0.5 pattern=block-1x4" | FileCheck %s

// Four neighbouring columns at one row go or stay together; the last block of six columns is two.
// CHECK-LABEL: func @matrix
// CHECK: dense<{{\[}}[9.0{{[^,]*}}, 1.0{{[^,]*}}, 1.0{{[^,]*}}, 1.0{{[^,]*}}, 0.000000e+00, 0.000000e+00], [0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00, 5.0
func.func @matrix(%x: tensor<1x2xf32>) -> tensor<1x6xf32> {
  %w = graph.constant dense<[[9.0, 1.0, 1.0, 1.0, 2.0, 2.0], [2.0, 2.0, 2.0, 2.0, 5.0, 5.0]]>
      : tensor<2x6xf32>
  %0 = graph.matmul %x, %w : tensor<1x2xf32>, tensor<2x6xf32>
  return %0 : tensor<1x6xf32>
}

// A transposed weight has its output channels in rows.
// CHECK-LABEL: func @transposed
// CHECK: dense<{{\[}}[4.0{{[^,]*}}, 0.000000e+00], [4.0{{[^,]*}}, 0.000000e+00], [4.0{{[^,]*}}, 0.000000e+00], [4.0{{[^,]*}}, 0.000000e+00]]>
func.func @transposed(%x: tensor<1x2xf32>) -> tensor<1x4xf32> {
  %w = graph.constant dense<[[4.0, 3.0], [4.0, 3.0], [4.0, 3.0], [4.0, 9.0e-1]]> : tensor<4x2xf32>
  %0 = graph.matmul %x, %w transposed : tensor<1x2xf32>, tensor<4x2xf32>
  return %0 : tensor<1x4xf32>
}

// No block reaches from one group into the next: blocks are [1 1], [3 3] here, not one of four.
// CHECK-LABEL: func @groups
// CHECK: dense<{{.*}}0.000000e+00{{.*}}0.000000e+00{{.*}}3.0{{.*}}3.0
func.func @groups(%x: tensor<1x2x8xf32>) -> tensor<1x4x8xf32> {
  %w = graph.constant dense<[[[1.0]], [[1.0]], [[3.0]], [[3.0]]]> : tensor<4x1x1xf32>
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [1] groups 2
      : tensor<1x2x8xf32>, tensor<4x1x1xf32>
  return %0 : tensor<1x4x8xf32>
}
