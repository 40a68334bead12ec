// RUN: mdc-opt %s --mdc-prune-channels="sparsity=0.5" | FileCheck %s

// Layers whose results are added lose the same channel: here the first, 1 + 2 against 2 + 4.
// CHECK-LABEL: func @residual
// CHECK-DAG: dense<4.0{{[^,]*}}> : tensor<1x1xf32>
// CHECK-DAG: dense<2.0{{[^,]*}}> : tensor<1x1xf32>
// CHECK-DAG: dense<9.0{{[^,]*}}> : tensor<1x1xf32>
// CHECK: graph.binary add %{{.*}}, %{{.*}} : tensor<4x1xf32>, tensor<4x1xf32>
func.func @residual(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %u = graph.constant dense<[[2.0, 4.0]]> : tensor<1x2xf32>
  %v = graph.constant dense<[[1.0, 1.0], [1.0, 2.0]]> : tensor<2x2xf32>
  %w = graph.constant dense<[[8.0], [9.0]]> : tensor<2x1xf32>
  %0 = graph.matmul %x, %u : tensor<4x1xf32>, tensor<1x2xf32>
  %1 = graph.matmul %0, %v : tensor<4x2xf32>, tensor<2x2xf32>
  %2 = graph.binary add %0, %1 : tensor<4x2xf32>, tensor<4x2xf32>
  %3 = graph.matmul %2, %w : tensor<4x2xf32>, tensor<2x1xf32>
  return %3 : tensor<4x1xf32>
}

// Behind a concat every channel has the place of its own.
// CHECK-LABEL: func @concat
// CHECK-DAG: dense<{{\[}}[1.2{{[^,]*}}], [1.3{{[^,]*}}]]> : tensor<2x1xf32>
// CHECK: graph.concat %{{.*}}, %{{.*}} axis 1 : tensor<4x1xf32>, tensor<4x1xf32>
func.func @concat(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %u = graph.constant dense<[[1.0, 4.0]]> : tensor<1x2xf32>
  %v = graph.constant dense<[[4.0, 1.0]]> : tensor<1x2xf32>
  %w = graph.constant dense<[[11.0], [12.0], [13.0], [14.0]]> : tensor<4x1xf32>
  %0 = graph.matmul %x, %u : tensor<4x1xf32>, tensor<1x2xf32>
  %1 = graph.matmul %x, %v : tensor<4x1xf32>, tensor<1x2xf32>
  %2 = graph.concat %0, %1 axis 1 : tensor<4x2xf32>, tensor<4x2xf32>
  %3 = graph.matmul %2, %w : tensor<4x4xf32>, tensor<4x1xf32>
  return %3 : tensor<4x1xf32>
}

// A depthwise convolution loses the filters of the channels that it no longer reads.
// CHECK-LABEL: func @depthwise
// CHECK-DAG: %[[FILTER:.*]] = graph.constant dense<6.0{{[^,]*}}> : tensor<1x1x1xf32>
// CHECK: graph.conv %{{.*}}, %[[FILTER]] {{.*}} groups 1
func.func @depthwise(%x: tensor<1x1x8xf32>) -> tensor<1x1x8xf32> {
  %u = graph.constant dense<[[[1.0]], [[2.0]]]> : tensor<2x1x1xf32>
  %v = graph.constant dense<[[[5.0]], [[6.0]]]> : tensor<2x1x1xf32>
  %w = graph.constant dense<[[[3.0], [4.0]]]> : tensor<1x2x1xf32>
  %0 = graph.conv %x, %u strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x1x8xf32>, tensor<2x1x1xf32>
  %1 = graph.conv %0, %v strides [1] pads [0, 0] dilations [1] groups 2
      : tensor<1x2x8xf32>, tensor<2x1x1xf32>
  %2 = graph.conv %1, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x2x8xf32>, tensor<1x2x1xf32>
  return %2 : tensor<1x1x8xf32>
}
