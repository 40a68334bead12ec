// RUN: mdc-opt %s --canonicalize | FileCheck %s

// CHECK-DAG: #[[HALVES:.*]] = affine_map<()[s0] -> ((s0 - 1) floordiv 2, 3)>
// CHECK-DAG: #[[SAME:.*]] = affine_map<()[s0] -> (s0, 7)>

// CHECK-LABEL: func @adding_nothing_disappears
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
func.func @adding_nothing_disappears(%x: tensor<4xf32>) -> tensor<4xf32> {
  %zero = graph.constant dense<0.0> : tensor<f32>
  %one = graph.constant dense<1.0> : tensor<4xf32>
  %0 = graph.binary add %x, %zero : tensor<4xf32>, tensor<f32>
  %1 = graph.binary mul %one, %0 : tensor<4xf32>, tensor<4xf32>
  %2 = graph.binary pow %1, %one : tensor<4xf32>, tensor<4xf32>
  // CHECK-NEXT: return %[[X]]
  return %2 : tensor<4xf32>
}

// CHECK-LABEL: func @an_identity_that_broadcasts_stays
func.func @an_identity_that_broadcasts_stays(%x: tensor<4xf32>) -> tensor<2x4xf32> {
  %zero = graph.constant dense<0.0> : tensor<2x4xf32>
  // CHECK: graph.binary add
  %0 = graph.binary add %x, %zero : tensor<4xf32>, tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// CHECK-LABEL: func @zero_minus_stays
func.func @zero_minus_stays(%x: tensor<4xf32>) -> tensor<4xf32> {
  %zero = graph.constant dense<0.0> : tensor<4xf32>
  // CHECK: graph.binary sub
  %0 = graph.binary sub %zero, %x : tensor<4xf32>, tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func @constants_are_computed_with_broadcast
func.func @constants_are_computed_with_broadcast() -> tensor<2x2xf32> {
  // CHECK-NEXT: graph.constant dense<{{\[}}[1.000000e+01, 2.000000e+01], [3.000000e+01, 4.000000e+01]]>
  %a = graph.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %b = graph.constant dense<[100.0]> : tensor<1xf32>
  %root = graph.unary sqrt %b : tensor<1xf32>
  %0 = graph.binary mul %a, %root : tensor<2x2xf32>, tensor<1xf32>
  return %0 : tensor<2x2xf32>
}

// Shape arithmetic: what Shape yields, minus one, halved, compared, chosen.
// CHECK-LABEL: func @extents_compute
func.func @extents_compute() -> (tensor<2xi64>, tensor<2xi1>, tensor<2xi64>) {
  // CHECK-DAG: %[[HALF:.*]] = graph.extents #[[HALVES]] : tensor<2xi64>
  // CHECK-DAG: %[[NOT_NEGATIVE:.*]] = graph.constant dense<false> : tensor<2xi1>
  // CHECK-DAG: %[[SHAPE:.*]] = graph.extents #[[SAME]] : tensor<2xi64>
  %shape = graph.extents affine_map<()[s0] -> (s0, 7)> : tensor<2xi64>
  %one = graph.constant dense<1> : tensor<i64>
  %two = graph.constant dense<2> : tensor<i64>
  %less = graph.binary sub %shape, %one : tensor<2xi64>, tensor<i64>
  %half = graph.binary div %less, %two : tensor<2xi64>, tensor<i64>
  %minus = graph.unary neg %one : tensor<i64>
  %open = graph.compare eq %shape, %minus : tensor<2xi64>, tensor<i64>
  %chosen = graph.select %open, %one, %shape : tensor<2xi1>, tensor<i64>, tensor<2xi64>
  // CHECK: return %[[HALF]], %[[NOT_NEGATIVE]], %[[SHAPE]]
  return %half, %open, %chosen : tensor<2xi64>, tensor<2xi1>, tensor<2xi64>
}

// Which is larger depends on the request.
// CHECK-LABEL: func @a_comparison_of_an_open_extent_stays
func.func @a_comparison_of_an_open_extent_stays() -> tensor<1xi1> {
  %shape = graph.extents affine_map<()[s0] -> (s0)> : tensor<1xi64>
  %four = graph.constant dense<4> : tensor<1xi64>
  // CHECK: graph.compare lt
  %0 = graph.compare lt %shape, %four : tensor<1xi64>, tensor<1xi64>
  return %0 : tensor<1xi1>
}

// CHECK-LABEL: func @not_flips_bits_of_a_constant
func.func @not_flips_bits_of_a_constant() -> tensor<2xi1> {
  // CHECK-NEXT: graph.constant dense<[false, true]>
  %0 = graph.constant dense<[true, false]> : tensor<2xi1>
  %1 = graph.unary not %0 : tensor<2xi1>
  return %1 : tensor<2xi1>
}

// CHECK-LABEL: func @a_known_condition_chooses
// CHECK-SAME: (%[[A:.*]]: tensor<4xf32>, %[[B:.*]]: tensor<4xf32>)
func.func @a_known_condition_chooses(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  %yes = graph.constant dense<true> : tensor<i1>
  %0 = graph.select %yes, %a, %b : tensor<i1>, tensor<4xf32>, tensor<4xf32>
  // CHECK-NEXT: return %[[A]]
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func @casts_of_constants_are_computed
func.func @casts_of_constants_are_computed() -> (tensor<2xf32>, tensor<2xi1>) {
  // CHECK-DAG: %[[FLOATS:.*]] = graph.constant dense<[-3.000000e+00, 0.000000e+00]>
  // CHECK-DAG: %[[TESTS:.*]] = graph.constant dense<[true, false]>
  %0 = graph.constant dense<[-3, 0]> : tensor<2xi32>
  %1 = graph.cast %0 : tensor<2xi32> to tensor<2xf32>
  %2 = graph.cast %0 : tensor<2xi32> to tensor<2xi1>
  // CHECK: return %[[FLOATS]], %[[TESTS]]
  return %1, %2 : tensor<2xf32>, tensor<2xi1>
}

// CHECK-LABEL: func @casts_to_integers_drop_the_fraction
func.func @casts_to_integers_drop_the_fraction() -> tensor<2xi32> {
  // CHECK-NEXT: graph.constant dense<[-3, 2]>
  %0 = graph.constant dense<[-3.75, 2.5]> : tensor<2xf32>
  %1 = graph.cast %0 : tensor<2xf32> to tensor<2xi32>
  return %1 : tensor<2xi32>
}

// CHECK-LABEL: func @casts_that_no_integer_holds_stay
func.func @casts_that_no_integer_holds_stay() -> (tensor<2xi32>, tensor<1xi32>) {
  // CHECK-COUNT-2: graph.cast
  %0 = graph.constant dense<[1.0, 4.0e9]> : tensor<2xf32>
  %1 = graph.constant dense<[0x7FC00000]> : tensor<1xf32>
  %2 = graph.cast %0 : tensor<2xf32> to tensor<2xi32>
  %3 = graph.cast %1 : tensor<1xf32> to tensor<1xi32>
  return %2, %3 : tensor<2xi32>, tensor<1xi32>
}

// CHECK-LABEL: func @magnitudes_and_halves_of_constants_are_computed
func.func @magnitudes_and_halves_of_constants_are_computed() -> (tensor<2xi64>, tensor<3xf32>) {
  // CHECK-DAG: graph.constant dense<[3, 4]>
  // CHECK-DAG: graph.constant dense<[0.000000e+00, 2.000000e+00, -2.000000e+00]>
  %0 = graph.constant dense<[-3, 4]> : tensor<2xi64>
  %1 = graph.constant dense<[0.5, 1.5, -1.75]> : tensor<3xf32>
  %2 = graph.unary abs %0 : tensor<2xi64>
  %3 = graph.unary round %1 : tensor<3xf32>
  return %2, %3 : tensor<2xi64>, tensor<3xf32>
}
