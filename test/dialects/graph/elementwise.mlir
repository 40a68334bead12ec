// RUN: mdc-opt %s | mdc-opt | FileCheck %s

// CHECK: #[[OPEN:.*]] = affine_map<()[s0] -> (s0 * 2, 8)>

// CHECK-LABEL: func @kinds_print_as_words
func.func @kinds_print_as_words(%x: tensor<4x8xf32>, %i: tensor<8xi64>, %p: tensor<4xi1>) {
  // CHECK: graph.unary tanh %{{.*}} : tensor<4x8xf32>
  %0 = graph.unary tanh %x : tensor<4x8xf32>
  // CHECK: graph.unary not %{{.*}} : tensor<4xi1>
  %1 = graph.unary not %p : tensor<4xi1>
  // CHECK: graph.binary shl %{{.*}}, %{{.*}} : tensor<8xi64>, tensor<8xi64>
  %2 = graph.binary shl %i, %i : tensor<8xi64>, tensor<8xi64>
  return
}

// C1 of unary: tests for NaN and infinity yield i1.
// CHECK-LABEL: func @tests_yield_i1
func.func @tests_yield_i1(%x: tensor<4x8xf16>) -> tensor<4x8xi1> {
  // CHECK: %[[NAN:.*]] = graph.unary isnan %{{.*}} : tensor<4x8xf16>
  %0 = graph.unary isnan %x : tensor<4x8xf16>
  // CHECK: return %[[NAN]] : tensor<4x8xi1>
  return %0 : tensor<4x8xi1>
}

// CHECK-LABEL: func @shapes_broadcast_from_the_last_axis
func.func @shapes_broadcast_from_the_last_axis(%a: tensor<4x1xf32>, %b: tensor<8xf32>,
                                               %s: tensor<f32>) -> tensor<4x8xf32> {
  // CHECK: graph.binary sub %{{.*}}, %{{.*}} : tensor<4x1xf32>, tensor<8xf32>
  %0 = graph.binary sub %a, %b : tensor<4x1xf32>, tensor<8xf32>
  // CHECK: graph.compare lt %{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<f32>
  %1 = graph.compare lt %0, %s : tensor<4x8xf32>, tensor<f32>
  // CHECK: graph.select %{{.*}}, %{{.*}}, %{{.*}} : tensor<4x8xi1>, tensor<8xf32>, tensor<f32>
  %2 = graph.select %1, %b, %s : tensor<4x8xi1>, tensor<8xf32>, tensor<f32>
  return %2 : tensor<4x8xf32>
}

// An open extent is an expression; equal expressions agree, and 1 gives way to them.
#open = affine_map<()[s0] -> (s0 * 2, 8)>
#column = affine_map<()[s0] -> (s0 * 2, 1)>
// CHECK-LABEL: func @open_extents_join_where_they_are_equal
func.func @open_extents_join_where_they_are_equal(
    %a: tensor<?x1xf32, #column>, %b: tensor<?x8xf32, #open>, %c: tensor<1x8xf32>)
    -> tensor<?x8xf32, #open> {
  // CHECK: graph.binary add
  %0 = graph.binary add %a, %b : tensor<?x1xf32, #column>, tensor<?x8xf32, #open>
  // CHECK: %[[PRODUCT:.*]] = graph.binary mul
  %1 = graph.binary mul %0, %c : tensor<?x8xf32, #open>, tensor<1x8xf32>
  // CHECK: return %[[PRODUCT]] : tensor<?x8xf32, #[[OPEN]]>
  return %1 : tensor<?x8xf32, #open>
}

// CHECK-LABEL: func @a_cast_keeps_the_shape
func.func @a_cast_keeps_the_shape(%x: tensor<?x8xf32, #open>) -> tensor<?x8xui8, #open> {
  // CHECK: graph.cast %{{.*}} : tensor<?x8xf32, {{.*}}> to tensor<?x8xui8, {{.*}}>
  %0 = graph.cast %x : tensor<?x8xf32, #open> to tensor<?x8xui8, #open>
  return %0 : tensor<?x8xui8, #open>
}
