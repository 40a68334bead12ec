// RUN: mdc-opt %s --mdc-prune="sparsity=0.9 include=enc* exclude=*head" | FileCheck %s

// Names decide; a weight that a gather or an unchosen layer reads too stays for them.
// CHECK-LABEL: func @patterns
// CHECK-DAG: %[[DENSE:.*]] = graph.constant dense<{{.*}}1.0{{.*}}2.0{{.*}}3.0{{.*}}4.0
// CHECK-DAG: %[[PRUNED:.*]] = graph.constant dense<0.000000e+00>
// CHECK: graph.matmul %{{.*}}, %[[PRUNED]] {graph.compression
// CHECK: graph.matmul %{{.*}}, %[[DENSE]] :
// CHECK: graph.matmul %{{.*}}, %[[DENSE]] :
// CHECK: graph.gather %[[DENSE]]
func.func @patterns(%x: tensor<1x2xf32>, %i: tensor<1xi64>)
    -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %w = graph.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %0 = graph.matmul %x, %w : tensor<1x2xf32>, tensor<2x2xf32> loc("encoder.0")
  %1 = graph.matmul %0, %w : tensor<1x2xf32>, tensor<2x2xf32> loc("decoder.0")
  %2 = graph.matmul %1, %w : tensor<1x2xf32>, tensor<2x2xf32> loc("encoder.head")
  %3 = graph.gather %w, %i axis 0 : tensor<2x2xf32>, tensor<1xi64>
  return %2, %3 : tensor<1x2xf32>, tensor<1x2xf32>
}
