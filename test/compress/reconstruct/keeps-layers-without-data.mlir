// RUN: mdc-opt %s --mdc-reconstruct | FileCheck %s

// CHECK-LABEL: func @no_gram
// CHECK: dense<{{\[}}[1.0{{[^,]*}}], [0.000000e+00]]>
// CHECK: graph.compression = {note = "not reconstructed: no calibration data"}
func.func @no_gram(%x: tensor<4x2xf32>) -> tensor<4x1xf32> {
  %w = graph.constant dense<[[1.0], [0.0]]> : tensor<2x1xf32>
  %0 = graph.matmul %x, %w {graph.dense_weight = dense<[[1.0], [2.0]]> : tensor<2x1xf32>}
      : tensor<4x2xf32>, tensor<2x1xf32>
  return %0 : tensor<4x1xf32>
}

// A layer that was not pruned has nothing to make good.
// CHECK-LABEL: func @not_pruned
// CHECK: dense<{{\[}}[1.0{{[^,]*}}], [0.000000e+00]]>
// CHECK: graph.matmul %{{.*}}, %{{.*}} : tensor
func.func @not_pruned(%x: tensor<4x2xf32>) -> tensor<4x1xf32> {
  %w = graph.constant dense<[[1.0], [0.0]]> : tensor<2x1xf32>
  %0 = graph.matmul %x, %w {graph.gram = dense<[[1.0, 2.0], [2.0, 4.0]]> : tensor<2x2xf32>}
      : tensor<4x2xf32>, tensor<2x1xf32>
  return %0 : tensor<4x1xf32>
}

// CHECK-LABEL: func @infinite_inputs
// CHECK: graph.compression = {note = "not reconstructed: calibration inputs overflow"}
func.func @infinite_inputs(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %w = graph.constant dense<[[1.0]]> : tensor<1x1xf32>
  %0 = graph.matmul %x, %w {graph.dense_weight = dense<[[1.0]]> : tensor<1x1xf32>,
      graph.gram = dense<[[0x7F800000]]> : tensor<1x1xf32>} : tensor<4x1xf32>, tensor<1x1xf32>
  return %0 : tensor<4x1xf32>
}

// One solution cannot serve two inputs.
// CHECK-LABEL: func @shared_weight
// CHECK: graph.matmul {{.*}}note = "not reconstructed: several layers share the weight"
func.func @shared_weight(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %w = graph.constant dense<[[2.0]]> : tensor<1x1xf32>
  %0 = graph.matmul %x, %w {graph.dense_weight = dense<[[1.0]]> : tensor<1x1xf32>,
      graph.gram = dense<[[1.0]]> : tensor<1x1xf32>} : tensor<4x1xf32>, tensor<1x1xf32>
  %1 = graph.matmul %0, %w : tensor<4x1xf32>, tensor<1x1xf32>
  return %1 : tensor<4x1xf32>
}
