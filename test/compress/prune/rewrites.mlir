// RUN: mdc-opt %s --mdc-prune="sparsity=0.5" | FileCheck %s
// RUN: mdc-opt %s --mdc-prune="sparsity=0.5 scope=layer" | FileCheck %s --check-prefix=LAYER

// The weights of both layers are ranked together, or those of each by themselves.
// CHECK-LABEL: func @two_layers
// CHECK-DAG: graph.constant dense<{{.*}}0.000000e+00, 0.000000e+00], [0.000000e+00, 4.0{{.*}}> : tensor<2x2xf32>
// CHECK-DAG: graph.constant dense<{{.*}}-5.0{{.*}}, 6.0{{.*}}, [7.0{{.*}}, 0.000000e+00]]> : tensor<2x2xf32>
// CHECK: graph.matmul {{.*}}graph.compression = {sparsity = 7.500000e-01 : f64, weight_bytes_before = 16 : i64}
// CHECK: graph.matmul {{.*}}sparsity = 2.500000e-01 : f64
// LAYER-LABEL: func @two_layers
// LAYER-DAG: graph.constant dense<{{.*}}0.000000e+00, 0.000000e+00], [3.0{{.*}}, 4.0{{.*}}> : tensor<2x2xf32>
// LAYER-DAG: graph.constant dense<{{.*}}0.000000e+00, 6.0{{.*}}, [7.0{{.*}}, 0.000000e+00]]> : tensor<2x2xf32>
func.func @two_layers(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %v = graph.constant dense<[[1.0, -2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %w = graph.constant dense<[[-5.0, 6.0], [7.0, 0.5]]> : tensor<2x2xf32>
  %0 = graph.matmul %x, %v : tensor<1x2xf32>, tensor<2x2xf32>
  %1 = graph.matmul %0, %w : tensor<1x2xf32>, tensor<2x2xf32>
  return %1 : tensor<1x2xf32>
}

// A filter's rows are its output channels.
// CHECK-LABEL: func @convolution
// CHECK: graph.constant dense<{{\[}}{{\[}}[0.000000e+00], [2.0{{.*}}]], {{\[}}[4.0{{.*}}], [0.000000e+00]]]> : tensor<2x2x1xf32>
func.func @convolution(%x: tensor<1x2x8xf32>) -> tensor<1x2x8xf32> {
  %w = graph.constant dense<[[[1.0], [2.0]], [[4.0], [-0.5]]]> : tensor<2x2x1xf32>
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x2x8xf32>, tensor<2x2x1xf32>
  return %0 : tensor<1x2x8xf32>
}

// Of equals the first go.
// CHECK-LABEL: func @equal_weights
// CHECK: graph.constant dense<{{\[}}[0.000000e+00], [0.000000e+00], [1.0{{[^,]*}}], [1.0
func.func @equal_weights(%x: tensor<1x4xf32>) -> tensor<1x1xf32> {
  %w = graph.constant dense<[[1.0], [1.0], [1.0], [1.0]]> : tensor<4x1xf32>
  %0 = graph.matmul %x, %w : tensor<1x4xf32>, tensor<4x1xf32>
  return %0 : tensor<1x1xf32>
}
