// RUN: mdc-opt %s --mdc-prune-channels="sparsity=0.5" | FileCheck %s --check-prefix=PRUNED
// RUN: mdc-opt %s --mdc-prune-channels="sparsity=0.5 restored=first" | FileCheck %s

// Each layer of two channels loses one. Given back, the first one's is not taken elsewhere.
// PRUNED-LABEL: func @three_layers
// PRUNED: graph.matmul {{.*}} : tensor<4x1xf32>, tensor<1x1xf32>
// PRUNED: graph.matmul {{.*}} : tensor<4x1xf32>, tensor<1x1xf32>
// CHECK-LABEL: func @three_layers
// CHECK: graph.matmul {{.*}} : tensor<4x1xf32>, tensor<1x2xf32>
// CHECK: graph.matmul {{.*}} : tensor<4x2xf32>, tensor<2x1xf32>
// CHECK: graph.matmul {{.*}} : tensor<4x1xf32>, tensor<1x1xf32>
func.func @three_layers(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %u = graph.constant dense<[[1.0, 4.0]]> : tensor<1x2xf32>
  %v = graph.constant dense<[[1.0, 4.0], [1.0, 4.0]]> : tensor<2x2xf32>
  %w = graph.constant dense<[[8.0], [9.0]]> : tensor<2x1xf32>
  %0 = graph.matmul %x, %u : tensor<4x1xf32>, tensor<1x2xf32> loc("first")
  %1 = graph.matmul %0, %v : tensor<4x2xf32>, tensor<2x2xf32> loc("second")
  %2 = graph.matmul %1, %w : tensor<4x2xf32>, tensor<2x1xf32>
  return %2 : tensor<4x1xf32>
}
