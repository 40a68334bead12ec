// RUN: mdc-opt %s | mdc-opt | FileCheck %s

// CHECK-LABEL: func @conv_extents_follow_from_the_window
func.func @conv_extents_follow_from_the_window(
    %x: tensor<1x4x9x8xf32>, %w: tensor<6x2x3x3xf32>, %b: tensor<6xf32>) -> tensor<1x6x5x4xf32> {
  // CHECK: graph.conv %{{.*}}, %{{.*}}, %{{.*}} strides [2, 1] pads [1, 0, 1, 0] dilations [1, 2] groups 2
  // CHECK-SAME: : tensor<1x4x9x8xf32>, tensor<6x2x3x3xf32>, tensor<6xf32>
  %0 = graph.conv %x, %w, %b strides [2, 1] pads [1, 0, 1, 0] dilations [1, 2] groups 2
      : tensor<1x4x9x8xf32>, tensor<6x2x3x3xf32>, tensor<6xf32>
  return %0 : tensor<1x6x5x4xf32>
}

#image = affine_map<()[s0, s1] -> (s0, 3, s1)>
#halved = affine_map<()[s0, s1] -> (s0, 8, (s1 - 1) floordiv 2 + 1)>
// CHECK-LABEL: func @an_open_spatial_axis_keeps_its_formula
func.func @an_open_spatial_axis_keeps_its_formula(%x: tensor<?x3x?xf32, #image>, %w: tensor<8x3x3xf32>)
    -> tensor<?x8x?xf32, #halved> {
  // CHECK: graph.conv %{{.*}}, %{{.*}} strides [2] pads [1, 1] dilations [1] groups 1
  %0 = graph.conv %x, %w strides [2] pads [1, 1] dilations [1] groups 1
      : tensor<?x3x?xf32, #image>, tensor<8x3x3xf32>
  return %0 : tensor<?x8x?xf32, #halved>
}

// CHECK-LABEL: func @pools
func.func @pools(%x: tensor<1x3x8x8xf32>) {
  // CHECK: graph.pool max %{{.*}} kernel [2, 2] strides [2, 2] pads [0, 0, 0, 0] dilations [1, 1] :
  // CHECK-SAME: tensor<1x3x8x8xf32> to tensor<1x3x4x4xf32>
  %0 = graph.pool max %x kernel [2, 2] strides [2, 2] pads [0, 0, 0, 0] dilations [1, 1]
      : tensor<1x3x8x8xf32> to tensor<1x3x4x4xf32>
  // CHECK: graph.pool average %{{.*}} dilations [1, 1] count_include_pad :
  %1 = graph.pool average %x kernel [3, 3] strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] count_include_pad
      : tensor<1x3x8x8xf32> to tensor<1x3x8x8xf32>
  return
}

// CHECK-LABEL: func @resizes
func.func @resizes(%x: tensor<1x3x8x8xf32>) {
  // CHECK: graph.resize linear %{{.*}} scales [1.000000e+00, 1.000000e+00, 5.000000e-01, 5.000000e-01]
  // CHECK-SAME: offsets [0.000000e+00, 0.000000e+00, -2.500000e-01, -2.500000e-01]
  %0 = graph.resize linear %x scales [1.0, 1.0, 0.5, 0.5] offsets [0.0, 0.0, -0.25, -0.25]
      : tensor<1x3x8x8xf32> to tensor<1x3x16x16xf32>
  return
}

// CHECK-LABEL: func @conv_of_bytes
// CHECK: graph.conv {{.*}} groups 1 {padValue = 7 : i64} : tensor<1x3x8x8xui8>, tensor<16x3x3x3xi8>
func.func @conv_of_bytes(%x: tensor<1x3x8x8xui8>,
                         %w: tensor<16x3x3x3xi8>) -> tensor<1x16x8x8xi32> {
  %0 = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1 {padValue = 7}
      : tensor<1x3x8x8xui8>, tensor<16x3x3x3xi8>
  return %0 : tensor<1x16x8x8xi32>
}
