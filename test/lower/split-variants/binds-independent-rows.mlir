// RUN: mdc-opt %s --mdc-split-variants | FileCheck %s

// Ops that compute a row of their result from one row of their operands.

#b4 = affine_map<()[s0] -> (s0, 4)>
#b43 = affine_map<()[s0] -> (s0, 4, 3)>
#b34 = affine_map<()[s0] -> (s0, 3, 4)>
#f34 = affine_map<()[s0] -> (4, s0, 3)>
#m = affine_map<()[s0] -> (s0 * 4, 3)>
#b = affine_map<()[s0] -> (s0)>
#img = affine_map<()[s0] -> (s0, 3, 8, 8)>

// CHECK: func @merged_axes_5
func.func @merged_axes(%x: tensor<?x4x3xf32, #b43>, %w: tensor<3x3xf32>) -> tensor<?x4x3xf32, #b43>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  // CHECK: tensor<20x3xf32>
  %0 = graph.reshape %x : tensor<?x4x3xf32, #b43> to tensor<?x3xf32, #m>
  %1 = graph.matmul %0, %w : tensor<?x3xf32, #m>, tensor<3x3xf32>
  %2 = graph.reshape %1 : tensor<?x3xf32, #m> to tensor<?x4x3xf32, #b43>
  return %2 : tensor<?x4x3xf32, #b43>
}

// CHECK: func @moves_and_products_5
func.func @moves_and_products(%x: tensor<?x4x3xf32, #b43>) -> tensor<?x4x4xf32, affine_map<()[s0] -> (s0, 4, 4)>>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  %0 = graph.transpose %x [1, 0, 2] : tensor<?x4x3xf32, #b43>
  %1 = graph.unary tanh %0 : tensor<4x?x3xf32, #f34>
  %2 = graph.transpose %1 [1, 2, 0] : tensor<4x?x3xf32, #f34>
  %3 = graph.matmul %x, %2 : tensor<?x4x3xf32, #b43>, tensor<?x3x4xf32, #b34>
  return %3 : tensor<?x4x4xf32, affine_map<()[s0] -> (s0, 4, 4)>>
}

// CHECK: func @other_axes_5
func.func @other_axes(%x: tensor<?x4xf32, #b4>) -> tensor<?x6xf32, affine_map<()[s0] -> (s0, 6)>>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  %0 = graph.reduce mean %x axes [1] : tensor<?x4xf32, #b4>
  %1 = graph.norm layer %x axis 1 epsilon 1.0e-5 : tensor<?x4xf32, #b4>
  %2 = graph.cumsum %1 axis 1 : tensor<?x4xf32, #b4>
  %3 = graph.slice %2 from affine_map<() -> (0, 3)> by [1, -1] : tensor<?x4xf32, #b4> to tensor<?x4xf32, #b4>
  %zero = graph.constant dense<0.0> : tensor<f32>
  %4 = graph.pad constant %3, %zero low [0, 1] high [0, 0] : tensor<?x4xf32, #b4>, tensor<f32>
  %5 = graph.concat %4, %0 axis 1 : tensor<?x5xf32, affine_map<()[s0] -> (s0, 5)>>, tensor<?x1xf32, affine_map<()[s0] -> (s0, 1)>>
  return %5 : tensor<?x6xf32, affine_map<()[s0] -> (s0, 6)>>
}

// CHECK: func @pictures_5
func.func @pictures(%x: tensor<?x3x8x8xf32, #img>, %w: tensor<2x3x1x1xf32>) -> tensor<?x2x4x4xf32, affine_map<()[s0] -> (s0, 2, 4, 4)>>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<?x3x8x8xf32, #img>, tensor<2x3x1x1xf32>
  %1 = graph.pool max %0 kernel [2, 2] strides [2, 2] pads [0, 0, 0, 0] dilations [1, 1]
      : tensor<?x2x8x8xf32, affine_map<()[s0] -> (s0, 2, 8, 8)>> to tensor<?x2x4x4xf32, affine_map<()[s0] -> (s0, 2, 4, 4)>>
  return %1 : tensor<?x2x4x4xf32, affine_map<()[s0] -> (s0, 2, 4, 4)>>
}

// The table of an embedding has no rows; a row of zeros reads its first entry.
// CHECK: func @embedding_5
func.func @embedding(%ids: tensor<?x4xi64, #b4>, %table: tensor<9x3xf32>) -> tensor<?x4x3xf32, #b43>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  %0 = graph.gather %table, %ids axis 0 : tensor<9x3xf32>, tensor<?x4xi64, #b4>
  return %0 : tensor<?x4x3xf32, #b43>
}

// CHECK: func @column_of_each_row_5
func.func @column_of_each_row(%x: tensor<?x4xf32, #b4>) -> tensor<?xf32, #b>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  %i = graph.constant dense<0> : tensor<i64>
  %0 = graph.gather %x, %i axis 1 : tensor<?x4xf32, #b4>, tensor<i64>
  return %0 : tensor<?xf32, #b>
}

// A start value repeated for every row.
// CHECK: func @repeated_start_5
func.func @repeated_start(%x: tensor<?x4xf32, #b4>) -> tensor<?x4xf32, #b4>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  %one = graph.constant dense<1.0> : tensor<f32>
  %0 = graph.broadcast %one : tensor<f32> to tensor<?x4xf32, #b4>
  %1 = graph.binary add %x, %0 : tensor<?x4xf32, #b4>, tensor<?x4xf32, #b4>
  return %1 : tensor<?x4xf32, #b4>
}

// CHECK: func @rows_with_a_scale_of_their_own_5
func.func @rows_with_a_scale_of_their_own(%x: tensor<?x4xf32, #b4>) -> tensor<?x4xf32, #b4>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  %q, %scales, %zeros = graph.quantize_rows %x : tensor<?x4xf32, #b4>
  %0 = graph.cast %q : tensor<?x4xui8, #b4> to tensor<?x4xf32, #b4>
  %1 = graph.binary mul %0, %scales : tensor<?x4xf32, #b4>, tensor<?x1xf32, affine_map<()[s0] -> (s0, 1)>>
  return %1 : tensor<?x4xf32, #b4>
}

// Each row has a scale of its own.
// CHECK: func @bytes_by_row_5
func.func @bytes_by_row(%x: tensor<?x4xf32, #b4>) -> (tensor<?x4xui8, #b4>, tensor<?x1xf32, affine_map<()[s0] -> (s0, 1)>>)
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  %q, %scales, %zeros = graph.quantize_rows %x : tensor<?x4xf32, #b4>
  return %q, %scales : tensor<?x4xui8, #b4>, tensor<?x1xf32, affine_map<()[s0] -> (s0, 1)>>
}
