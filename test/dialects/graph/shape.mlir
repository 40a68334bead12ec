// RUN: mdc-opt %s | mdc-opt | FileCheck %s

#rows = affine_map<()[s0] -> (s0, 8)>

// CHECK-LABEL: func @sources
func.func @sources() {
  // CHECK: graph.constant dense<1.000000e+00> : tensor<4x8xf32>
  %0 = graph.constant dense<1.0> : tensor<4x8xf32>
  // CHECK: graph.extents #map{{.*}} : tensor<2xi64>
  %1 = graph.extents #rows : tensor<2xi64>
  // CHECK: graph.iota axis 0 : tensor<?x8xi64, #map{{.*}}>
  %2 = graph.iota axis 0 : tensor<?x8xi64, #rows>
  return
}

// CHECK-LABEL: func @an_open_extent_survives_a_reshape
func.func @an_open_extent_survives_a_reshape(%x: tensor<?x8xf32, #rows>) {
  // CHECK: graph.reshape %{{.*}} : tensor<?x8xf32, #map{{.*}}> to tensor<?xf32, #map{{.*}}>
  %0 = graph.reshape %x : tensor<?x8xf32, #rows> to tensor<?xf32, affine_map<()[s0] -> (s0 * 8)>>
  return
}

// CHECK-LABEL: func @moves
func.func @moves(%x: tensor<4x8xf32>, %row: tensor<1x8xf32>, %zero: tensor<f32>) {
  // CHECK: graph.transpose %{{.*}} [1, 0] : tensor<4x8xf32>
  %0 = graph.transpose %x [1, 0] : tensor<4x8xf32>
  // CHECK: graph.broadcast %{{.*}} : tensor<1x8xf32> to tensor<4x8xf32>
  %1 = graph.broadcast %row : tensor<1x8xf32> to tensor<4x8xf32>
  // CHECK: graph.concat %{{.*}}, %{{.*}} axis 0 : tensor<4x8xf32>, tensor<1x8xf32>
  %2 = graph.concat %x, %row axis 0 : tensor<4x8xf32>, tensor<1x8xf32>
  // CHECK: graph.slice %{{.*}} from #map{{.*}} by [-1, 2] : tensor<4x8xf32> to tensor<4x3xf32>
  %3 = graph.slice %x from affine_map<() -> (3, 2)> by [-1, 2] : tensor<4x8xf32> to tensor<4x3xf32>
  // CHECK: graph.pad reflect %{{.*}}, %{{.*}} low [0, 1] high [0, -2] : tensor<4x8xf32>, tensor<f32>
  %4 = graph.pad reflect %x, %zero low [0, 1] high [0, -2] : tensor<4x8xf32>, tensor<f32>
  return
}

// Extents along the axis add up, also open ones.
// CHECK-LABEL: func @a_concat_of_open_extents_has_their_sum
func.func @a_concat_of_open_extents_has_their_sum(
    %a: tensor<?x8xf32, #rows>, %b: tensor<3x8xf32>)
    -> tensor<?x8xf32, affine_map<()[s0] -> (s0 + 3, 8)>> {
  // CHECK: graph.concat
  %0 = graph.concat %a, %b axis 0 : tensor<?x8xf32, #rows>, tensor<3x8xf32>
  return %0 : tensor<?x8xf32, affine_map<()[s0] -> (s0 + 3, 8)>>
}

// CHECK-LABEL: func @gathers_take_the_shape_of_their_indices
func.func @gathers_take_the_shape_of_their_indices(
    %x: tensor<4x8xf32>, %i: tensor<2x7xi64>, %j: tensor<4x2xi32>, %k: tensor<3x2xi64>)
    -> (tensor<2x7x8xf32>, tensor<4x2xf32>, tensor<3xf32>) {
  // CHECK: graph.gather %{{.*}}, %{{.*}} axis 0 : tensor<4x8xf32>, tensor<2x7xi64>
  %0 = graph.gather %x, %i axis 0 : tensor<4x8xf32>, tensor<2x7xi64>
  // CHECK: graph.gather_elements %{{.*}}, %{{.*}} axis 1 : tensor<4x8xf32>, tensor<4x2xi32>
  %1 = graph.gather_elements %x, %j axis 1 : tensor<4x8xf32>, tensor<4x2xi32>
  // CHECK: graph.gather_nd %{{.*}}, %{{.*}} batch_dims 0 : tensor<4x8xf32>, tensor<3x2xi64>
  %2 = graph.gather_nd %x, %k batch_dims 0 : tensor<4x8xf32>, tensor<3x2xi64>
  return %0, %1, %2 : tensor<2x7x8xf32>, tensor<4x2xf32>, tensor<3xf32>
}
