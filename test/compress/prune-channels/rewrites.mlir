// RUN: mdc-opt %s --mdc-prune-channels="sparsity=0.5" | FileCheck %s

// The filter of least norm goes, with its bias and with the weights of those who read it.
// CHECK-LABEL: func @chain
// CHECK-DAG: %[[BIAS:.*]] = graph.constant dense<5.0{{.*}}> : tensor<1xf32>
// CHECK-DAG: %[[FIRST:.*]] = graph.constant dense<1.0{{.*}}> : tensor<1x1x1xf32>
// CHECK-DAG: %[[SECOND:.*]] = graph.constant dense<3.0{{.*}}> : tensor<1x1x1xf32>
// CHECK: graph.conv %{{.*}}, %[[FIRST]], %[[BIAS]] {{.*}}note = "1 of 2 channels", sparsity = 5.0{{.*}}, weight_bytes_before = 8 : i64
// CHECK: graph.unary relu %{{.*}} : tensor<1x1x8xf32>
// CHECK: graph.conv %{{.*}}, %[[SECOND]]
func.func @chain(%x: tensor<1x1x8xf32>) -> tensor<1x1x8xf32> {
  %b = graph.constant dense<[5.0, 6.0]> : tensor<2xf32>
  %v = graph.constant dense<[[[1.0]], [[0.1]]]> : tensor<2x1x1xf32>
  %w = graph.constant dense<[[[3.0], [4.0]]]> : tensor<1x2x1xf32>
  %0 = graph.conv %x, %v, %b strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x1x8xf32>, tensor<2x1x1xf32>, tensor<2xf32>
  %1 = graph.unary relu %0 : tensor<1x2x8xf32>
  %2 = graph.conv %1, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x2x8xf32>, tensor<1x2x1xf32>
  return %2 : tensor<1x1x8xf32>
}

// Of a product the columns, of a transposed weight the rows; the scale of a norm is an elementwise
// constant.
// CHECK-LABEL: func @feed_forward
// CHECK-DAG: %[[UP:.*]] = graph.constant dense<2.0{{[^,]*}}> : tensor<2x1xf32>
// CHECK-DAG: %[[SCALE:.*]] = graph.constant dense<7.0{{[^,]*}}> : tensor<1xf32>
// CHECK-DAG: %[[DOWN:.*]] = graph.constant dense<{{\[}}[3.0{{[^,]*}}], [5.0{{[^,]*}}]]> : tensor<2x1xf32>
// CHECK: graph.matmul %{{.*}}, %[[UP]]
// CHECK: graph.binary mul %{{.*}}, %[[SCALE]] : tensor<?x1xf32,
// CHECK: graph.matmul %{{.*}}, %[[DOWN]] transposed
func.func @feed_forward(%x: tensor<?x2xf32, affine_map<()[s0] -> (s0, 2)>>)
    -> tensor<?x2xf32, affine_map<()[s0] -> (s0, 2)>>
    attributes {graph.dims = ["rows"], graph.max = array<i64: 8>} {
  %v = graph.constant dense<[[0.5, 2.0], [0.5, 2.0]]> : tensor<2x2xf32>
  %s = graph.constant dense<[6.0, 7.0]> : tensor<2xf32>
  %w = graph.constant dense<[[2.0, 3.0], [4.0, 5.0]]> : tensor<2x2xf32>
  %0 = graph.matmul %x, %v : tensor<?x2xf32, affine_map<()[s0] -> (s0, 2)>>, tensor<2x2xf32>
  %1 = graph.binary mul %0, %s
      : tensor<?x2xf32, affine_map<()[s0] -> (s0, 2)>>, tensor<2xf32>
  %2 = graph.matmul %1, %w transposed
      : tensor<?x2xf32, affine_map<()[s0] -> (s0, 2)>>, tensor<2x2xf32>
  return %2 : tensor<?x2xf32, affine_map<()[s0] -> (s0, 2)>>
}
