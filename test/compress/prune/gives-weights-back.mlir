// RUN: mdc-opt %s --mdc-prune="sparsity=0.5 restored=small" | FileCheck %s
// RUN: mdc-opt %s --mdc-prune="sparsity=0.5 exclude=small" | FileCheck %s --check-prefix=EXCLUDED

// The least half lies in one layer. Given back, it is not taken from the other one, as from what is
// left when that layer is no candidate.
// CHECK-LABEL: func @two_layers
// CHECK: %[[SMALL:.*]] = graph.constant dense<{{\[}}[1.000000e+00, 2.000000e+00]]>
// CHECK: %[[LARGE:.*]] = graph.constant dense<{{\[}}[3.000000e+00], [4.000000e+00]]>
// CHECK: graph.matmul %{{.*}}, %[[SMALL]] : tensor
// CHECK: graph.matmul %{{.*}}, %[[LARGE]] {graph.compression = {sparsity = 0.000000e+00
// EXCLUDED-LABEL: func @two_layers
// EXCLUDED: graph.constant dense<{{\[}}[0.000000e+00], [4.000000e+00]]>
func.func @two_layers(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %u = graph.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %w = graph.constant dense<[[3.0], [4.0]]> : tensor<2x1xf32>
  %0 = graph.matmul %x, %u : tensor<4x1xf32>, tensor<1x2xf32> loc("small")
  %1 = graph.matmul %0, %w : tensor<4x2xf32>, tensor<2x1xf32> loc("large")
  return %1 : tensor<4x1xf32>
}
