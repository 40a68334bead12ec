// RUN: mdc-opt %s --mdc-reconstruct="damping=0" | FileCheck %s
// RUN: mdc-opt %s --mdc-reconstruct="damping=0 keep-gram" | FileCheck %s --check-prefix=KEEP

// The inputs' second element is always twice the first: the kept weight takes over for both, and
// the output is as before: 1 * a + 2 * 2a = 5a.
// CHECK-LABEL: func @matrix
// CHECK: %[[W:.*]] = graph.constant dense<{{\[}}[5.0{{[^,]*}}], [0.000000e+00]]> : tensor<2x1xf32>
// CHECK: graph.matmul %{{.*}}, %[[W]] : tensor
// CHECK-NOT: graph.gram
// CHECK-NOT: graph.dense_weight
// KEEP-LABEL: func @matrix
// KEEP: graph.matmul {{.*}}{graph.gram = dense
func.func @matrix(%x: tensor<4x2xf32>) -> tensor<4x1xf32> {
  %w = graph.constant dense<[[1.0], [0.0]]> : tensor<2x1xf32>
  %0 = graph.matmul %x, %w {graph.dense_weight = dense<[[1.0], [2.0]]> : tensor<2x1xf32>,
      graph.gram = dense<[[1.0, 2.0], [2.0, 4.0]]> : tensor<2x2xf32>}
      : tensor<4x2xf32>, tensor<2x1xf32>
  return %0 : tensor<4x1xf32>
}

// Each output channel has its own zeros. What the data do not link stays an error: the ratio of
// signal to noise says how much.
// CHECK-LABEL: func @convolution
// CHECK: dense<{{\[}}{{\[}}[2.0{{[^,]*}}], [0.000000e+00]], {{\[}}[0.000000e+00], [4.0{{[^,]*}}]]]>
// CHECK: graph.conv {{.*}}graph.compression = {sqnr_db = {{[34]}}.{{[0-9]+}}
func.func @convolution(%x: tensor<1x2x8xf32>) -> tensor<1x2x8xf32> {
  %w = graph.constant dense<[[[2.0], [0.0]], [[0.0], [4.0]]]> : tensor<2x2x1xf32>
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [1] groups 1 {
      graph.dense_weight = dense<[[[2.0], [1.0]], [[3.0], [4.0]]]> : tensor<2x2x1xf32>,
      graph.gram = dense<[[1.0, 0.0], [0.0, 1.0]]> : tensor<2x2xf32>}
      : tensor<1x2x8xf32>, tensor<2x2x1xf32>
  return %0 : tensor<1x2x8xf32>
}

// Kept inputs that are multiples of each other leave many solutions: one near the dense weights.
// CHECK-LABEL: func @singular
// CHECK: graph.constant dense<{{\[}}[1.0{{.*}}], [2.0{{.*}}], [0.0{{.*}}]]>
func.func @singular(%x: tensor<4x3xf32>) -> tensor<4x1xf32> {
  %w = graph.constant dense<[[1.0], [2.0], [0.0]]> : tensor<3x1xf32>
  %0 = graph.matmul %x, %w {graph.dense_weight = dense<[[1.0], [2.0], [3.0]]> : tensor<3x1xf32>,
      graph.gram = dense<[[1.0, 2.0, 0.0], [2.0, 4.0, 0.0], [0.0, 0.0, 1.0]]> : tensor<3x3xf32>}
      : tensor<4x3xf32>, tensor<3x1xf32>
  return %0 : tensor<4x1xf32>
}
