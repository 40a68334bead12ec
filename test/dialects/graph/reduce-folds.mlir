// RUN: mdc-opt %s --canonicalize | FileCheck %s

// CHECK-DAG: #[[TIMES:.*]] = affine_map<()[s0] -> (s0 * 96)>
// CHECK-DAG: #[[PLUS:.*]] = affine_map<()[s0] -> (s0 + 20)>

// CHECK-LABEL: func @axes_of_extent_1_are_reduced_already
// CHECK-SAME: (%[[X:.*]]: tensor<4x1xf32>)
func.func @axes_of_extent_1_are_reduced_already(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %0 = graph.reduce sum %x axes [1] : tensor<4x1xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<4x1xf32>
}

// What ONNX's Size and flattening shapes are made of.
// CHECK-LABEL: func @a_product_of_extents_is_an_extent
func.func @a_product_of_extents_is_an_extent() -> (tensor<1xi64>, tensor<1xi64>) {
  // CHECK-DAG: %[[PRODUCT:.*]] = graph.extents #[[TIMES]] : tensor<1xi64>
  // CHECK-DAG: %[[SUM:.*]] = graph.extents #[[PLUS]] : tensor<1xi64>
  %shape = graph.extents affine_map<()[s0] -> (8, s0, 12)> : tensor<3xi64>
  %0 = graph.reduce product %shape axes [0] : tensor<3xi64>
  %1 = graph.reduce sum %shape axes [0] : tensor<3xi64>
  // CHECK: return %[[PRODUCT]], %[[SUM]]
  return %0, %1 : tensor<1xi64>, tensor<1xi64>
}

// CHECK-LABEL: func @the_largest_of_open_extents_is_not_known
func.func @the_largest_of_open_extents_is_not_known() -> tensor<1xi64> {
  %shape = graph.extents affine_map<()[s0] -> (8, s0)> : tensor<2xi64>
  // CHECK: graph.reduce max
  %0 = graph.reduce max %shape axes [0] : tensor<2xi64>
  return %0 : tensor<1xi64>
}
