// RUN: mdc-opt %s --mdc-prune-channels="sparsity=0.5 reconstruct keep-gram" | FileCheck %s

// The second input is twice the first: the reader's first weight takes over, nearly 1 + 2 * 3. What
// calibration knows of the input shrinks with it.
// CHECK-LABEL: func @reader
// CHECK-DAG: dense<6.99{{[^,]*}}> : tensor<1x1xf32>
// CHECK: graph.matmul {{.*}}graph.channel_mean = dense<1.0{{.*}}> : tensor<1xf32>
// CHECK-SAME: graph.gram = dense<1.0{{.*}}> : tensor<1x1xf32>
func.func @reader(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %u = graph.constant dense<[[5.0, 2.0]]> : tensor<1x2xf32>
  %w = graph.constant dense<[[1.0], [3.0]]> : tensor<2x1xf32>
  %0 = graph.matmul %x, %u : tensor<4x1xf32>, tensor<1x2xf32>
  %1 = graph.matmul %0, %w {graph.channel_mean = dense<[1.0, 2.0]> : tensor<2xf32>,
      graph.gram = dense<[[1.0, 2.0], [2.0, 4.0]]> : tensor<2x2xf32>}
      : tensor<4x2xf32>, tensor<2x1xf32>
  return %1 : tensor<4x1xf32>
}
