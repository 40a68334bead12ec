// RUN: mdc-opt %s --mdc-instrument --split-input-file | FileCheck %s --check-prefix=RANGES
// RUN: mdc-opt %s --mdc-instrument="ranges=false grams=true" --canonicalize --split-input-file \
// RUN:   | FileCheck %s --check-prefix=GRAMS

// The input, and what lies in memory between layers; the sum alone is part of the convolution's
// epilogue. Channels are axis 1 beside a convolution, else the last axis.
// RANGES-LABEL: func @convolution
// RANGES-SAME: {graph.name = "range/1/input 0"}
// RANGES-SAME: {graph.name = "range/3/relu"}
// RANGES: %[[RELU:.*]] = graph.unary relu
// RANGES: return %arg0, %[[RELU]]

// GRAMS: #[[FIRST:.*]] = affine_map<() -> (0, 0, 0, 0)>
// GRAMS: #[[SECOND:.*]] = affine_map<() -> (0, 0, 0, 1)>
// Windows as columns: one slice for each of the two positions of the kernel.
// GRAMS-LABEL: func @convolution
// GRAMS-SAME: -> (tensor<6x6xf32> {graph.name = "sum/conv"})
// GRAMS: %[[PADDED:.*]] = graph.pad constant %arg0, {{.*}} low [0, 0, 0, 1] high [0, 0, 0, 0]
// GRAMS: graph.slice %[[PADDED]] from #[[FIRST]] by [1, 1, 1, 2]
// GRAMS: graph.slice %[[PADDED]] from #[[SECOND]] by [1, 1, 1, 2]
// GRAMS: %[[COLUMNS:.*]] = graph.reshape {{.*}} to tensor<2x6x20xf32>
// GRAMS: %[[PRODUCT:.*]] = graph.matmul %[[COLUMNS]], %[[COLUMNS]] transposed
// GRAMS: graph.reduce sum %[[PRODUCT]] axes [0]
func.func @convolution(%x: tensor<2x3x5x8xf32>) -> tensor<2x4x5x4xf32> {
  %w = graph.constant dense<0.5> : tensor<4x3x1x2xf32>
  %b = graph.constant dense<1.0> : tensor<1x4x1x1xf32>
  %c = graph.conv %x, %w strides [1, 2] pads [0, 1, 0, 0] dilations [1, 1] groups 1
      : tensor<2x3x5x8xf32>, tensor<4x3x1x2xf32> loc("conv")
  %s = graph.binary add %c, %b : tensor<2x4x5x4xf32>, tensor<1x4x1x1xf32> loc("bias")
  %r = graph.unary relu %s : tensor<2x4x5x4xf32> loc("relu")
  return %r : tensor<2x4x5x4xf32>
}

// -----

// A layer's input is seen even behind a move: its channel means are wanted.
// RANGES-LABEL: func @product
// RANGES-SAME: {graph.name = "range/2/input 0"}
// RANGES-SAME: {graph.name = "range/1/flat"}
// RANGES-SAME: {graph.name = "range/1/product"}

// GRAMS-LABEL: func @product
// GRAMS-SAME: -> (tensor<6x6xf32> {graph.name = "sum/product"})
// GRAMS: %[[FLAT:.*]] = graph.reshape %arg0
// GRAMS: %[[TURNED:.*]] = graph.transpose %[[FLAT]] [1, 0]
// GRAMS: graph.matmul %[[TURNED]], %[[FLAT]]
func.func @product(%x: tensor<4x2x3xf32>) -> tensor<4x5xf32> {
  %w = graph.constant dense<0.5> : tensor<6x5xf32>
  %f = graph.reshape %x : tensor<4x2x3xf32> to tensor<4x6xf32> loc("flat")
  %y = graph.matmul %f, %w : tensor<4x6xf32>, tensor<6x5xf32> loc("product")
  return %y : tensor<4x5xf32>
}
