// RUN: mdc-opt %s --mdc-emit-kernels --canonicalize --cse | FileCheck %s

// CHECK-LABEL: func.func @blocked()
func.func @blocked(%x: tensor<1x16x8x8xf32> {graph.layout = "c16 border 1,1,1,1"},
                   %w: tensor<16x16x3x3xf32> {graph.layout = "conv:16:16"})
    -> (tensor<1x16x8x8xf32> {graph.layout = "c16"}) {
  // CHECK: iter_args({{.*}}) -> (vector<16xf32>, vector<16xf32>
  // CHECK: vector.fma
  %0 = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      : tensor<1x16x8x8xf32>, tensor<16x16x3x3xf32>
  return %0 : tensor<1x16x8x8xf32>
}

// Row-major operands: sixteen outputs of a row at a time, of four channels that share what is loaded.
// CHECK-LABEL: func.func @plain()
func.func @plain(%x: tensor<1x16x8x8xf32>, %w: tensor<16x16x3x3xf32>) -> tensor<1x16x8x8xf32> {
  // CHECK: iter_args({{.*}}) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
  // CHECK: vector.fma
  %0 = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      : tensor<1x16x8x8xf32>, tensor<16x16x3x3xf32>
  return %0 : tensor<1x16x8x8xf32>
}

// An input of 12 MiB is read once for both panels of the weights: all of them take a part of 256 KiB
// before the next part.
// CHECK-LABEL: func.func @large()
func.func @large(%x: tensor<1x64x256x192xf32> {graph.layout = "c16"},
                 %w: tensor<64x64x1x1xf32> {graph.layout = "conv:32:16"})
    -> (tensor<1x64x256x192xf32> {graph.layout = "c16"}) {
  // CHECK: scf.parallel (%[[ITEM:.*]]) =
  // CHECK: %[[PANEL:.*]] = arith.remui %[[ITEM]], %c2 : index
  // CHECK: %[[PART:.*]] = arith.divui %[[ITEM]], %c2 : index
  // CHECK: arith.remui %[[PART]], %c49 : index
  // CHECK: arith.muli %[[PANEL]], %c32 : index
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x64x256x192xf32>, tensor<64x64x1x1xf32>
  return %0 : tensor<1x64x256x192xf32>
}
