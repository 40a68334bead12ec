// RUN: mdc-opt %s --canonicalize | FileCheck %s

// CHECK-DAG: #[[LIST:.*]] = affine_map<()[s0] -> (s0, 8, -1)>
// CHECK-DAG: #[[TWICE:.*]] = affine_map<()[s0] -> (s0, s0)>

// CHECK-LABEL: func @moves_that_move_nothing_disappear
// CHECK-SAME: (%[[X:.*]]: tensor<4x8xf32>)
func.func @moves_that_move_nothing_disappear(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = graph.reshape %x : tensor<4x8xf32> to tensor<4x8xf32>
  %1 = graph.transpose %0 [0, 1] : tensor<4x8xf32>
  %2 = graph.broadcast %1 : tensor<4x8xf32> to tensor<4x8xf32>
  %3 = graph.concat %2 axis 1 : tensor<4x8xf32>
  %4 = graph.slice %3 from affine_map<() -> (0, 0)> by [1, 1] : tensor<4x8xf32> to tensor<4x8xf32>
  // CHECK-NEXT: return %[[X]]
  return %4 : tensor<4x8xf32>
}

// CHECK-LABEL: func @transposes_compose
// CHECK-SAME: (%[[X:.*]]: tensor<2x3x4xf32>)
func.func @transposes_compose(%x: tensor<2x3x4xf32>) -> tensor<3x4x2xf32> {
  // CHECK-NEXT: %[[Y:.*]] = graph.transpose %[[X]] [1, 2, 0]
  // CHECK-NEXT: return %[[Y]]
  %0 = graph.transpose %x [2, 0, 1] : tensor<2x3x4xf32>
  %1 = graph.transpose %0 [2, 0, 1] : tensor<4x2x3xf32>
  return %1 : tensor<3x4x2xf32>
}

// CHECK-LABEL: func @opposite_transposes_cancel
// CHECK-SAME: (%[[X:.*]]: tensor<2x3x4xf32>)
func.func @opposite_transposes_cancel(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = graph.transpose %x [2, 0, 1] : tensor<2x3x4xf32>
  %1 = graph.transpose %0 [1, 2, 0] : tensor<4x2x3xf32>
  // CHECK-NEXT: return %[[X]]
  return %1 : tensor<2x3x4xf32>
}

// CHECK-LABEL: func @a_reshape_of_a_reshape_is_one
// CHECK-SAME: (%[[X:.*]]: tensor<4x8xf32>)
func.func @a_reshape_of_a_reshape_is_one(%x: tensor<4x8xf32>) -> tensor<2x16xf32> {
  // CHECK-NEXT: graph.reshape %[[X]] : tensor<4x8xf32> to tensor<2x16xf32>
  // CHECK-NEXT: return
  %0 = graph.reshape %x : tensor<4x8xf32> to tensor<32xf32>
  %1 = graph.reshape %0 : tensor<32xf32> to tensor<2x16xf32>
  return %1 : tensor<2x16xf32>
}

// The arithmetic around Shape: take the first extent, put it before -1, as exporters do for a reshape.
// CHECK-LABEL: func @shape_arithmetic_becomes_one_list
func.func @shape_arithmetic_becomes_one_list() -> tensor<3xi64> {
  // CHECK-NEXT: graph.extents #[[LIST]] : tensor<3xi64>
  // CHECK-NEXT: return
  %shape = graph.extents affine_map<()[s0] -> (8, s0)> : tensor<2xi64>
  %last = graph.constant dense<-1> : tensor<i64>
  %first = graph.constant dense<0> : tensor<1xi64>
  %rest = graph.constant dense<-1> : tensor<1xi64>
  %batch = graph.gather %shape, %last axis 0 : tensor<2xi64>, tensor<i64>
  %row = graph.reshape %batch : tensor<i64> to tensor<1xi64>
  %width = graph.slice %shape from affine_map<() -> (0)> by [1] : tensor<2xi64> to tensor<1xi64>
  %0 = graph.concat %row, %width, %rest axis 0 : tensor<1xi64>, tensor<1xi64>, tensor<1xi64>
  return %0 : tensor<3xi64>
}

// CHECK-LABEL: func @a_small_integer_table_is_transposed
func.func @a_small_integer_table_is_transposed() -> tensor<3x2xi64> {
  // CHECK-NEXT: graph.constant dense<{{\[}}[1, 4], [2, 5], [3, 6]]>
  %0 = graph.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi64>
  %1 = graph.transpose %0 [1, 0] : tensor<2x3xi64>
  return %1 : tensor<3x2xi64>
}

// CHECK-LABEL: func @a_slice_may_run_backwards
func.func @a_slice_may_run_backwards() -> tensor<2xi64> {
  // CHECK-NEXT: graph.constant dense<[4, 2]>
  %0 = graph.constant dense<[1, 2, 3, 4]> : tensor<4xi64>
  %1 = graph.slice %0 from affine_map<() -> (3)> by [-2] : tensor<4xi64> to tensor<2xi64>
  return %1 : tensor<2xi64>
}

// An index outside is the request's error, so it is left for run time.
// CHECK-LABEL: func @an_index_outside_stays
func.func @an_index_outside_stays() -> tensor<1xi64> {
  %0 = graph.constant dense<[1, 2]> : tensor<2xi64>
  %1 = graph.constant dense<[2]> : tensor<1xi64>
  // CHECK: graph.gather
  %2 = graph.gather %0, %1 axis 0 : tensor<2xi64>, tensor<1xi64>
  return %2 : tensor<1xi64>
}

// CHECK-LABEL: func @one_extent_is_repeated
func.func @one_extent_is_repeated() -> tensor<2xi64> {
  // CHECK-NEXT: graph.extents #[[TWICE]] : tensor<2xi64>
  %0 = graph.extents affine_map<()[s0] -> (s0)> : tensor<1xi64>
  %1 = graph.broadcast %0 : tensor<1xi64> to tensor<2xi64>
  return %1 : tensor<2xi64>
}
