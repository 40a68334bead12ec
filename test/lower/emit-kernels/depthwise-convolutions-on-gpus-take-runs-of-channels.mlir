// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda reference" | FileCheck %s

// A thread has 16 bytes of channels; the weights of a tap lie as they do.
// CHECK-LABEL: func.func @floats()
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK: math.fma {{.*}} : vector<4xf32>
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
func.func @floats(%x: tensor<1x19x8x8xf32> {graph.layout = "c20"},
                  %w: tensor<19x1x3x3xf32> {graph.layout = "channels-last:4"})
    -> (tensor<1x19x8x8xf32> {graph.layout = "c20"}) {
  %0 = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 19
      : tensor<1x19x8x8xf32>, tensor<19x1x3x3xf32>
  return %0 : tensor<1x19x8x8xf32>
}

// What a bias has ends inside of the last run.
// CHECK-LABEL: func.func @biased()
// CHECK-NOT: vector.
func.func @biased(%x: tensor<1x19x8x8xf32> {graph.layout = "c20"},
                  %w: tensor<19x1x3x3xf32> {graph.layout = "channels-last:4"},
                  %b: tensor<19xf32>)
    -> (tensor<1x19x8x8xf32> {graph.layout = "c20"}) {
  %0 = graph.conv %x, %w, %b strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 19
      : tensor<1x19x8x8xf32>, tensor<19x1x3x3xf32>, tensor<19xf32>
  return %0 : tensor<1x19x8x8xf32>
}
