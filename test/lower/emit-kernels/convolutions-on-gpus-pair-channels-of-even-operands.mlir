// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" -split-input-file | FileCheck %s

// The gate's channels lie side by side: with an even count every picture's begin at 8 bytes.
// CHECK-LABEL: func.func @mdc_store2
// CHECK: vector.load {{.*}} {alignment = 8 : i64} : memref<?xf32>, vector<2xf32>
// CHECK: vector.store {{.*}} {alignment = 8 : i64} : memref<?xf32>, vector<2xf32>
func.func @even(%x: tensor<2x30x8x8xf32> {graph.layout = "c32"},
                %w: tensor<22x30x1x1xf32> {graph.layout = "taps-last:4"},
                %gate: tensor<2x22x1x1xf32>)
    -> (tensor<2x22x8x8xf32> {graph.layout = "c24"}) {
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<2x30x8x8xf32>, tensor<22x30x1x1xf32>
  %1 = graph.binary mul %0, %gate : tensor<2x22x8x8xf32>, tensor<2x22x1x1xf32>
  return %1 : tensor<2x22x8x8xf32>
}

// -----

// With an odd count the second picture's do not.
// CHECK-LABEL: func.func @mdc_store2
// CHECK-NOT: vector<2xf32>
// CHECK: return
func.func @odd(%x: tensor<2x30x8x8xf32> {graph.layout = "c32"},
               %w: tensor<21x30x1x1xf32> {graph.layout = "taps-last:4"},
               %gate: tensor<2x21x1x1xf32>)
    -> (tensor<2x21x8x8xf32> {graph.layout = "c24"}) {
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<2x30x8x8xf32>, tensor<21x30x1x1xf32>
  %1 = graph.binary mul %0, %gate : tensor<2x21x8x8xf32>, tensor<2x21x1x1xf32>
  return %1 : tensor<2x21x8x8xf32>
}

// -----

// CHECK-LABEL: func.func @mdc_store2
// CHECK-NOT: vector<2xf32>
// CHECK: return
func.func @odd_depthwise(%x: tensor<2x19x8x8xf32> {graph.layout = "c20"},
                         %w: tensor<19x1x3x3xf32> {graph.layout = "channels-last:4"},
                         %gate: tensor<2x19x1x1xf32>)
    -> (tensor<2x19x8x8xf32> {graph.layout = "c20"}) {
  %0 = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 19
      : tensor<2x19x8x8xf32>, tensor<19x1x3x3xf32>
  %1 = graph.binary mul %0, %gate : tensor<2x19x8x8xf32>, tensor<2x19x1x1xf32>
  return %1 : tensor<2x19x8x8xf32>
}
