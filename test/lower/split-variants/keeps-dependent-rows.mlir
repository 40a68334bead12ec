// RUN: mdc-opt %s --mdc-split-variants -verify-diagnostics -split-input-file | FileCheck %s

// Rows that depend on each other: the function stays as it is, with a remark that names the op.

// CHECK: func @sum_over_rows(%{{.*}}: tensor<?x4xf32
// CHECK-NOT: graph.variants
#b4 = affine_map<()[s0] -> (s0, 4)>
func.func @sum_over_rows(%x: tensor<?x4xf32, #b4>) -> tensor<1x4xf32>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  // expected-remark @+1 {{one variant takes every extent of "n": graph.reduce combines the rows}}
  %0 = graph.reduce sum %x axes [0] : tensor<?x4xf32, #b4>
  return %0 : tensor<1x4xf32>
}

// -----

#b4 = affine_map<()[s0] -> (s0, 4)>
// CHECK: func @softmax_over_rows(
func.func @softmax_over_rows(%x: tensor<?x4xf32, #b4>) -> tensor<?x4xf32, #b4>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  // expected-remark @+1 {{graph.softmax combines the rows}}
  %0 = graph.softmax %x axis 0 : tensor<?x4xf32, #b4>
  return %0 : tensor<?x4xf32, #b4>
}

// -----

#b4 = affine_map<()[s0] -> (s0, 4)>
// CHECK: func @running_sum(
func.func @running_sum(%x: tensor<?x4xf32, #b4>) -> tensor<?x4xf32, #b4>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  // expected-remark @+1 {{graph.cumsum combines the rows}}
  %0 = graph.cumsum %x axis 0 : tensor<?x4xf32, #b4>
  return %0 : tensor<?x4xf32, #b4>
}

// -----

#b4 = affine_map<()[s0] -> (s0, 4)>
// CHECK: func @norm_of_all(
func.func @norm_of_all(%x: tensor<?x4xf32, #b4>) -> tensor<?x4xf32, #b4>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  // expected-remark @+1 {{graph.norm combines the rows}}
  %0 = graph.norm layer %x axis 0 epsilon 1.0e-5 : tensor<?x4xf32, #b4>
  return %0 : tensor<?x4xf32, #b4>
}

// -----

#b4 = affine_map<()[s0] -> (s0, 4)>
// CHECK: func @product_of_rows(
func.func @product_of_rows(%x: tensor<?x4xf32, #b4>) -> tensor<4x4xf32>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  // expected-remark @+1 {{graph.matmul sums over the rows}}
  %0 = graph.matmul %x transposed, %x : tensor<?x4xf32, #b4>, tensor<?x4xf32, #b4>
  return %0 : tensor<4x4xf32>
}

// -----

#b4 = affine_map<()[s0] -> (s0, 4)>
// CHECK: func @every_row_with_every_row(
func.func @every_row_with_every_row(%x: tensor<?x4xf32, #b4>) -> tensor<?x?xf32, affine_map<()[s0] -> (s0, s0)>>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  // expected-remark @+1 {{graph.matmul brings rows of two axes together}}
  %0 = graph.matmul %x, %x transposed : tensor<?x4xf32, #b4>, tensor<?x4xf32, #b4>
  return %0 : tensor<?x?xf32, affine_map<()[s0] -> (s0, s0)>>
}

// -----

#b4 = affine_map<()[s0] -> (s0, 4)>
// CHECK: func @first_row(
func.func @first_row(%x: tensor<?x4xf32, #b4>) -> tensor<1x4xf32>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  // expected-remark @+1 {{graph.slice does not keep rows apart}}
  %0 = graph.slice %x from affine_map<() -> (0, 0)> by [1, 1] : tensor<?x4xf32, #b4> to tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}

// -----

#b4 = affine_map<()[s0] -> (s0, 4)>
// CHECK: func @last_row_first(
func.func @last_row_first(%x: tensor<?x4xf32, #b4>) -> tensor<?x4xf32, #b4>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  // expected-remark @+1 {{graph.slice starts where the number of rows says}}
  %0 = graph.slice %x from affine_map<()[s0] -> (s0 - 1, 0)> by [-1, 1] : tensor<?x4xf32, #b4> to tensor<?x4xf32, #b4>
  return %0 : tensor<?x4xf32, #b4>
}

// -----

#b43 = affine_map<()[s0] -> (s0, 4, 3)>
// CHECK: func @rows_behind_another_axis(
func.func @rows_behind_another_axis(%x: tensor<?x4x3xf32, #b43>) -> tensor<?x3xf32, affine_map<()[s0] -> (s0 * 4, 3)>>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  %0 = graph.transpose %x [1, 0, 2] : tensor<?x4x3xf32, #b43>
  // expected-remark @+1 {{graph.reshape takes rows apart}}
  %1 = graph.reshape %0 : tensor<4x?x3xf32, affine_map<()[s0] -> (4, s0, 3)>> to tensor<?x3xf32, affine_map<()[s0] -> (s0 * 4, 3)>>
  return %1 : tensor<?x3xf32, affine_map<()[s0] -> (s0 * 4, 3)>>
}

// -----

#b4 = affine_map<()[s0] -> (s0, 4)>
// CHECK: func @rows_by_index(
func.func @rows_by_index(%x: tensor<?x4xf32, #b4>, %i: tensor<2xi64>) -> tensor<2x4xf32>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  // expected-remark @+1 {{graph.gather chooses rows by index}}
  %0 = graph.gather %x, %i axis 0 : tensor<?x4xf32, #b4>, tensor<2xi64>
  return %0 : tensor<2x4xf32>
}

// -----

// A row of zeros would read at index -3 and fail the request.
#b = affine_map<()[s0] -> (s0)>
// CHECK: func @computed_index(
func.func @computed_index(%i: tensor<?xi64, #b>, %table: tensor<2xf32>) -> tensor<?xf32, #b>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  %three = graph.constant dense<3> : tensor<i64>
  %0 = graph.binary sub %i, %three : tensor<?xi64, #b>, tensor<i64>
  // expected-remark @+1 {{graph.gather reads at an index that is computed from the rows}}
  %1 = graph.gather %table, %0 axis 0 : tensor<2xf32>, tensor<?xi64, #b>
  return %1 : tensor<?xf32, #b>
}

// -----

#b = affine_map<()[s0] -> (s0)>
// CHECK: func @number_of_rows(
func.func @number_of_rows(%x: tensor<?xi64, #b>) -> tensor<?xi64, #b>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  // expected-remark @+1 {{graph.extents computes with the number of rows}}
  %0 = graph.extents affine_map<()[s0] -> (s0)> : tensor<1xi64>
  %1 = graph.binary add %x, %0 : tensor<?xi64, #b>, tensor<1xi64>
  return %1 : tensor<?xi64, #b>
}

// -----

#b = affine_map<()[s0] -> (s0)>
// CHECK: func @bytes_over_rows(
func.func @bytes_over_rows(%x: tensor<?xf32, #b>) -> tensor<?xui8, #b>
    attributes {graph.dims = ["n"], graph.max = array<i64: 5>, graph.variants = [array<i64: 5>]} {
  // expected-remark @+1 {{graph.quantize_rows combines the rows}}
  %q, %scales, %zeros = graph.quantize_rows %x : tensor<?xf32, #b>
  return %q : tensor<?xui8, #b>
}
