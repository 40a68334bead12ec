// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// From row-major to channels last: a thread reads four channels of a pixel apart and writes them
// together, its neighbour the next pixel. 2 * 2 * 15 threads; there is no fifth channel to read.
// CHECK-LABEL: func.func @together()
// CHECK-DAG: %[[THREADS:.*]] = arith.constant 60 : index
// CHECK-DAG: %[[PIXELS:.*]] = arith.constant 5 : index
// CHECK: scf.parallel (%[[THREAD:.*]]) = (%{{.*}}) to (%[[THREADS]])
// CHECK: arith.remui %[[THREAD]], %[[PIXELS]]
// CHECK-COUNT-4: memref.load %{{.*}} : memref<?xf32>
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
func.func @together(%x: tensor<2x7x3x5xf32>) -> (tensor<2x7x3x5xf32> {graph.layout = "c8"}) {
  %0 = graph.unary neg %x : tensor<2x7x3x5xf32>
  return %0 : tensor<2x7x3x5xf32>
}

// The other way; only channels that are there are written.
// CHECK-LABEL: func.func @apart()
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK-COUNT-4: scf.if
// CHECK-NOT: vector.store
func.func @apart(%x: tensor<2x7x3x5xf32> {graph.layout = "c8"}) -> tensor<2x7x3x5xf32> {
  %0 = graph.unary neg %x : tensor<2x7x3x5xf32>
  return %0 : tensor<2x7x3x5xf32>
}
