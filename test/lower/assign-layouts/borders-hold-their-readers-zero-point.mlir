// RUN: mdc-opt %s --mdc-fuse --mdc-assign-layouts | FileCheck %s

// CHECK-LABEL: func @one_zero_point
func.func @one_zero_point(%x: tensor<1x16x8x8xui8>) -> tensor<1x16x8x8xi32> {
  // CHECK: graph.fused "loops"(%{{.*}}) {layouts = ["", "c16 border 1,1,1,1 value 5"]}
  // CHECK: graph.fused "conv"(%{{.*}}, %{{.*}}) {layouts = ["c16 border 1,1,1,1 value 5", "conv-groups:16:16", "c16"]}
  %w = graph.constant dense<3> : tensor<16x16x3x3xi8>
  %0 = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      {padValue = 5 : i64} : tensor<1x16x8x8xui8>, tensor<16x16x3x3xi8>
  return %0 : tensor<1x16x8x8xi32>
}

// Three channels lie with a fourth that meets weights of zero.
// CHECK-LABEL: func @few_channels
func.func @few_channels(%x: tensor<1x3x8x8xui8>) -> tensor<1x16x8x8xi32> {
  // CHECK: graph.fused "conv"(%{{.*}}, %{{.*}}) {layouts = ["c4", "conv-groups:16:4", "c16"]}
  %w = graph.constant dense<3> : tensor<16x3x1x1xi8>
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x3x8x8xui8>, tensor<16x3x1x1xi8>
  return %0 : tensor<1x16x8x8xi32>
}

// Rows of one channel: a step takes four taps, the last one three columns more than the window has.
// Readers of row-major values never see that border.
// CHECK-LABEL: func @one_channel
func.func @one_channel(%x: tensor<1x1x8x8xui8>) -> (tensor<1x16x8x8xi32>, tensor<1x1x8x8xui8>) {
  // CHECK: %[[COPY:.*]] = graph.fused "loops"(%{{.*}}) {layouts = ["", "c1 border 2,2,2,5 value 7"]}
  // CHECK: graph.fused "conv"(%[[COPY]], %{{.*}}) {layouts = ["c1 border 2,2,2,5 value 7", "conv-taps:16", "c16"]}
  // CHECK: graph.fused "loops"(%{{.*}}) {layouts = ["", ""]}
  %w = graph.constant dense<3> : tensor<16x1x5x5xi8>
  %0 = graph.conv %x, %w strides [1, 1] pads [2, 2, 2, 2] dilations [1, 1] groups 1
      {padValue = 7 : i64} : tensor<1x1x8x8xui8>, tensor<16x1x5x5xi8>
  %1 = graph.binary add %x, %x : tensor<1x1x8x8xui8>, tensor<1x1x8x8xui8>
  return %0, %1 : tensor<1x16x8x8xi32>, tensor<1x1x8x8xui8>
}

// Two readers with two zero points read two copies.
// CHECK-LABEL: func @two_zero_points
func.func @two_zero_points(%x: tensor<1x16x8x8xui8>)
    -> (tensor<1x16x8x8xi32>, tensor<1x16x8x8xi32>) {
  // CHECK-DAG: layouts = ["", "c16 border 1,1,1,1 value 5"]
  // CHECK-DAG: layouts = ["", "c16 border 1,1,1,1"]
  // CHECK-DAG: layouts = ["c16 border 1,1,1,1 value 5", "depthwise-groups", "c16"]
  // CHECK-DAG: layouts = ["c16 border 1,1,1,1", "conv-groups:16:16", "c16"]
  %v = graph.constant dense<3> : tensor<16x1x3x3xi8>
  %w = graph.constant dense<3> : tensor<16x16x3x3xi8>
  %0 = graph.conv %x, %v strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 16
      {padValue = 5 : i64} : tensor<1x16x8x8xui8>, tensor<16x1x3x3xi8>
  %1 = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      : tensor<1x16x8x8xui8>, tensor<16x16x3x3xi8>
  return %0, %1 : tensor<1x16x8x8xi32>, tensor<1x16x8x8xi32>
}

// What quantizes the image for one reader writes it as that reader wants it.
// CHECK-LABEL: func @written_for_its_reader
func.func @written_for_its_reader(%x: tensor<1x3x32x32xf32>) -> tensor<1x16x32x32xi32> {
  // CHECK: graph.fused "loops"(%{{.*}}) {layouts = ["", "c4"]}
  // CHECK-NEXT: ^bb0
  // CHECK-NEXT: graph.cast
  // CHECK: graph.fused "conv"(%{{.*}}, %{{.*}}) {layouts = ["c4", "conv-groups:16:4", "c16"]}
  %w = graph.constant dense<3> : tensor<16x3x1x1xi8>
  %0 = graph.cast %x : tensor<1x3x32x32xf32> to tensor<1x3x32x32xui8>
  %1 = graph.conv %0, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x3x32x32xui8>, tensor<16x3x1x1xi8>
  return %1 : tensor<1x16x32x32xi32>
}
