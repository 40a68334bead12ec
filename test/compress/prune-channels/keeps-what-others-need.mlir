// RUN: mdc-opt %s --mdc-prune-channels="sparsity=0.9 exclude=head" | FileCheck %s

// Arguments and results keep their shapes, and all that is added to them.
// CHECK-LABEL: func @sum_with_an_argument
// CHECK: graph.matmul {{.*}}note = "all channels stay: what reads them needs them all"
// CHECK: tensor<2x2xf32>
func.func @sum_with_an_argument(%x: tensor<4x2xf32>) -> tensor<4x1xf32> {
  %u = graph.constant dense<[[1.0, 4.0], [1.0, 4.0]]> : tensor<2x2xf32>
  %w = graph.constant dense<[[8.0], [9.0]]> : tensor<2x1xf32>
  %0 = graph.matmul %x, %u : tensor<4x2xf32>, tensor<2x2xf32>
  %1 = graph.binary add %0, %x : tensor<4x2xf32>, tensor<4x2xf32>
  %2 = graph.matmul %1, %w : tensor<4x2xf32>, tensor<2x1xf32>
  return %2 : tensor<4x1xf32>
}

// A mean over channels would change with their number.
// CHECK-LABEL: func @softmax
// CHECK: graph.softmax %{{.*}} axis 1 : tensor<4x2xf32>
func.func @softmax(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %u = graph.constant dense<[[1.0, 4.0]]> : tensor<1x2xf32>
  %w = graph.constant dense<[[8.0], [9.0]]> : tensor<2x1xf32>
  %0 = graph.matmul %x, %u : tensor<4x1xf32>, tensor<1x2xf32>
  %1 = graph.softmax %0 axis 1 : tensor<4x2xf32>
  %2 = graph.matmul %1, %w : tensor<4x2xf32>, tensor<2x1xf32>
  return %2 : tensor<4x1xf32>
}

// CHECK-LABEL: func @excluded
// CHECK: graph.matmul %{{.*}}, %{{.*}} : tensor<4x1xf32>, tensor<1x2xf32>
func.func @excluded(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %u = graph.constant dense<[[1.0, 4.0]]> : tensor<1x2xf32>
  %w = graph.constant dense<[[8.0], [9.0]]> : tensor<2x1xf32>
  %0 = graph.matmul %x, %u : tensor<4x1xf32>, tensor<1x2xf32> loc("head")
  %1 = graph.matmul %0, %w : tensor<4x2xf32>, tensor<2x1xf32>
  return %1 : tensor<4x1xf32>
}

// However much is asked for, one channel stays.
// CHECK-LABEL: func @last_channel
// CHECK: graph.matmul %{{.*}}, %{{.*}} : tensor<4x1xf32>, tensor<1x1xf32>
func.func @last_channel(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %u = graph.constant dense<[[1.0, 4.0]]> : tensor<1x2xf32>
  %w = graph.constant dense<[[8.0], [9.0]]> : tensor<2x1xf32>
  %0 = graph.matmul %x, %u : tensor<4x1xf32>, tensor<1x2xf32>
  %1 = graph.matmul %0, %w : tensor<4x2xf32>, tensor<2x1xf32>
  return %1 : tensor<4x1xf32>
}
