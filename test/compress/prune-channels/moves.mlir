// RUN: mdc-opt %s --mdc-prune-channels="sparsity=0.5" | FileCheck %s

// CHECK-DAG: #[[LOW:.*]] = affine_map<() -> (0, 0)>
// CHECK-DAG: #[[HIGH:.*]] = affine_map<() -> (0, 1)>

// A flattened channel is a run of rows of the next weight.
// CHECK-LABEL: func @flatten
// CHECK-DAG: dense<{{\[}}[1.3{{[^,]*}}], [1.4{{[^,]*}}]]> : tensor<2x1xf32>
// CHECK: graph.reshape %{{.*}} : tensor<1x1x2xf32> to tensor<1x2xf32>
func.func @flatten(%x: tensor<1x1x2xf32>) -> tensor<1x1xf32> {
  %u = graph.constant dense<[[[1.0]], [[2.0]]]> : tensor<2x1x1xf32>
  %w = graph.constant dense<[[11.0], [12.0], [13.0], [14.0]]> : tensor<4x1xf32>
  %0 = graph.conv %x, %u strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x1x2xf32>, tensor<2x1x1xf32>
  %1 = graph.reshape %0 : tensor<1x2x2xf32> to tensor<1x4xf32>
  %2 = graph.matmul %1, %w : tensor<1x4xf32>, tensor<4x1xf32>
  return %2 : tensor<1x1xf32>
}

// Channels that are split among two readers move their starts; the smallest two, 0 and 2, go.
// CHECK-LABEL: func @split
// CHECK: graph.slice %{{.*}} from #[[LOW]] by [1, 1] : tensor<4x2xf32> to tensor<4x1xf32>
// CHECK: graph.slice %{{.*}} from #[[HIGH]] by [1, 1] : tensor<4x2xf32> to tensor<4x1xf32>
func.func @split(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %u = graph.constant dense<[[1.0, 5.0, 1.0, 6.0]]> : tensor<1x4xf32>
  %v = graph.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %w = graph.constant dense<[[3.0], [4.0]]> : tensor<2x1xf32>
  %0 = graph.matmul %x, %u : tensor<4x1xf32>, tensor<1x4xf32>
  %1 = graph.slice %0 from affine_map<() -> (0, 0)> by [1, 1] : tensor<4x4xf32> to tensor<4x2xf32>
  %2 = graph.slice %0 from affine_map<() -> (0, 2)> by [1, 1] : tensor<4x4xf32> to tensor<4x2xf32>
  %3 = graph.matmul %1, %v : tensor<4x2xf32>, tensor<2x1xf32>
  %4 = graph.matmul %2, %w : tensor<4x2xf32>, tensor<2x1xf32>
  %5 = graph.binary add %3, %4 : tensor<4x1xf32>, tensor<4x1xf32>
  return %5 : tensor<4x1xf32>
}

// A shuffle of two groups: a channel goes in both of them, since the groups stay equal.
// CHECK-LABEL: func @shuffle
// CHECK: graph.reshape %{{.*}} : tensor<1x4x1xf32> to tensor<1x2x2x1xf32>
// CHECK: graph.transpose %{{.*}} [0, 2, 1, 3] : tensor<1x2x2x1xf32>
// CHECK: graph.reshape %{{.*}} : tensor<1x2x2x1xf32> to tensor<1x4x1xf32>
// CHECK: tensor<1x4x1xf32>, tensor<1x4x1xf32>
func.func @shuffle(%x: tensor<1x1x1xf32>) -> tensor<1x1x1xf32> {
  %u = graph.constant dense<[[[1.0]], [[8.0]], [[2.0]], [[9.0]], [[2.0]], [[7.0]], [[1.0]], [[6.0]]]>
      : tensor<8x1x1xf32>
  %w = graph.constant dense<[[[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [8.0]]]>
      : tensor<1x8x1xf32>
  %0 = graph.conv %x, %u strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x1x1xf32>, tensor<8x1x1xf32>
  %1 = graph.reshape %0 : tensor<1x8x1xf32> to tensor<1x2x4x1xf32>
  %2 = graph.transpose %1 [0, 2, 1, 3] : tensor<1x2x4x1xf32>
  %3 = graph.reshape %2 : tensor<1x4x2x1xf32> to tensor<1x8x1xf32>
  %4 = graph.conv %3, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x8x1xf32>, tensor<1x8x1xf32>
  return %4 : tensor<1x1x1xf32>
}
