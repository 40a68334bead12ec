// RUN: mdc-opt %s --mdc-prune="sparsity=0.9" | FileCheck %s

// No kernel skips a depthwise weight, and a product of two requests has none.
// CHECK-LABEL: func @depthwise
// CHECK: graph.constant dense<{{.*}}1.0{{.*}}2.0
// CHECK: graph.conv {{.*}}graph.compression = {note = "depthwise: stays dense"}
// CHECK: graph.matmul %{{.*}}, %{{.*}} : tensor<1x2x8xf32>, tensor<1x8x2xf32>
func.func @depthwise(%x: tensor<1x2x8xf32>, %y: tensor<1x8x2xf32>) -> tensor<1x2x2xf32> {
  %w = graph.constant dense<[[[1.0]], [[2.0]]]> : tensor<2x1x1xf32>
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [1] groups 2
      : tensor<1x2x8xf32>, tensor<2x1x1xf32>
  %1 = graph.matmul %0, %y : tensor<1x2x8xf32>, tensor<1x8x2xf32>
  return %1 : tensor<1x2x2xf32>
}

// CHECK-LABEL: func @not_a_number_is_not_small
// CHECK: dense<{{.*}}0x7FC00000{{.*}}0.000000e+00
func.func @not_a_number_is_not_small(%x: tensor<1x10xf32>) -> tensor<1x1xf32> {
  %w = graph.constant dense<[[1.0], [2.0], [3.0], [0x7FC00000], [5.0], [6.0], [7.0], [8.0], [9.0],
                             [10.0]]> : tensor<10x1xf32>
  %0 = graph.matmul %x, %w : tensor<1x10xf32>, tensor<10x1xf32>
  return %0 : tensor<1x1xf32>
}
