// RUN: mdc-opt %s --mdc-fuse --mdc-assign-layouts | FileCheck %s
// RUN: mdc-opt %s --mdc-fuse "--mdc-assign-layouts=plain" | FileCheck %s --check-prefix=PLAIN

// Channels lie in blocks of 16 between the two, and the first writes the border that the second reads.
// CHECK-LABEL: func @convolutions_keep_blocks_between_them
// PLAIN-LABEL: func @convolutions_keep_blocks_between_them
func.func @convolutions_keep_blocks_between_them(%x: tensor<1x16x8x8xf32>) -> tensor<1x32x8x8xf32> {
  // CHECK: %[[IN:.*]] = graph.fused "loops"(%{{.*}}) {layouts = ["", "c16 border 1,1,1,1"]}
  // CHECK: %[[FIRST:.*]] = graph.fused "conv"(%[[IN]], %{{.*}}) {layouts = ["c16 border 1,1,1,1", "{{[a-z]+.*}}", "c16 border 1,1,1,1"]}
  // CHECK: %[[SECOND:.*]] = graph.fused "conv"(%[[FIRST]], %{{.*}}) {layouts = ["c16 border 1,1,1,1", "{{[a-z]+.*}}", "c16"]}
  // CHECK: %[[OUT:.*]] = graph.fused "loops"(%[[SECOND]]) {layouts = ["c16", ""]}
  // CHECK: return %[[OUT]]
  // PLAIN-COUNT-2: layouts = ["", "", ""]
  // PLAIN-NOT: "c16
  %v = graph.constant dense<3.0> : tensor<16x16x3x3xf32>
  %w = graph.constant dense<3.0> : tensor<32x16x3x3xf32>
  %0 = graph.conv %x, %v strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      : tensor<1x16x8x8xf32>, tensor<16x16x3x3xf32>
  %1 = graph.conv %0, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      : tensor<1x16x8x8xf32>, tensor<32x16x3x3xf32>
  return %1 : tensor<1x32x8x8xf32>
}

// An open extent keeps a border as wide as the window can reach.
// CHECK-LABEL: func @open_image
#image = affine_map<()[s0] -> (1, 16, s0)>
func.func @open_image(%x: tensor<1x16x?xf32, #image>) -> tensor<1x16x?xf32, #image> {
  // CHECK: graph.fused "conv"(%{{.*}}, %{{.*}}) {layouts = ["c16 border 1,1", "conv:16:16", "c16"]}
  %w = graph.constant dense<3.0> : tensor<16x16x3xf32>
  %0 = graph.conv %x, %w strides [1] pads [1, 1] dilations [1] groups 1
      : tensor<1x16x?xf32, #image>, tensor<16x16x3xf32>
  return %0 : tensor<1x16x?xf32, #image>
}
