// RUN: mdc-opt --mdc-quantize %s | FileCheck %s

// CHECK-LABEL: @no_range
// CHECK-NOT: quantize
// CHECK: graph.matmul {{.*}}note = "the range of its input is unknown", precision = "f32"
func.func @no_range(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = graph.constant dense<0.5> : tensor<2x2xf32>
  %y = graph.matmul %x, %w : tensor<4x2xf32>, tensor<2x2xf32>
  return %y : tensor<4x2xf32>
}

// CHECK-LABEL: @no_number
// CHECK-NOT: quantize
// CHECK: graph.matmul {{.*}}note = "a weight is a NaN or an infinity"
func.func @no_number(%x: tensor<4x2xf32> {graph.range = [0.0, 1.0]}) -> tensor<4x2xf32> {
  %w = graph.constant dense<[[0.5, 0x7FC00000], [0.0, 1.0]]> : tensor<2x2xf32>
  %y = graph.matmul %x, %w : tensor<4x2xf32>, tensor<2x2xf32>
  return %y : tensor<4x2xf32>
}

// The zero point's part of a sum is as large as the products: 2 * 255 * 127 * 33156 is beyond 2^31.
// CHECK-LABEL: @too_deep
// CHECK-NOT: quantize
// CHECK: graph.matmul {{.*}}note = "sums of 33156 products may leave 32 bits"
func.func @too_deep(%x: tensor<1x33156xf32> {graph.range = [0.0, 1.0]}) -> tensor<1x2xf32> {
  %w = graph.constant dense<0.5> : tensor<33156x2xf32>
  %y = graph.matmul %x, %w : tensor<1x33156xf32>, tensor<33156x2xf32>
  return %y : tensor<1x2xf32>
}

// CHECK-LABEL: @just_not_too_deep
// CHECK: graph.matmul {{.*}}precision = "int8"
func.func @just_not_too_deep(%x: tensor<1x33155xf32> {graph.range = [0.0, 1.0]})
    -> tensor<1x2xf32> {
  %w = graph.constant dense<0.5> : tensor<33155x2xf32>
  %y = graph.matmul %x, %w : tensor<1x33155xf32>, tensor<33155x2xf32>
  return %y : tensor<1x2xf32>
}

// Plain loops over bytes are slower than vectors of numbers.
// CHECK-LABEL: @three_axes
// CHECK-NOT: quantize
// CHECK: graph.conv {{.*}}note = "no kernel multiplies bytes in this form", precision = "f32"
func.func @three_axes(%x: tensor<1x2x6x6x6xf32> {graph.range = [0.0, 1.0]}) -> tensor<1x2x6x6x6xf32> {
  %w = graph.constant dense<0.5> : tensor<2x2x1x1x1xf32>
  %y = graph.conv %x, %w strides [1, 1, 1] pads [0, 0, 0, 0, 0, 0] dilations [1, 1, 1] groups 1
      : tensor<1x2x6x6x6xf32>, tensor<2x2x1x1x1xf32>
  return %y : tensor<1x2x6x6x6xf32>
}

// CHECK-LABEL: @groups_of_two
// CHECK-NOT: quantize
// CHECK: graph.conv {{.*}}note = "no kernel multiplies bytes in this form", precision = "f32"
func.func @groups_of_two(%x: tensor<1x4x6x6xf32> {graph.range = [0.0, 1.0]}) -> tensor<1x4x6x6xf32> {
  %w = graph.constant dense<0.5> : tensor<4x2x1x1xf32>
  %y = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 2
      : tensor<1x4x6x6xf32>, tensor<4x2x1x1xf32>
  return %y : tensor<1x4x6x6xf32>
}

// Products of two activations and what only they read stay float; so do results.
// CHECK-LABEL: @activations
// CHECK: %[[Y:.*]] = graph.matmul {{.*}}int8
// CHECK-NOT: graph.quantize
// CHECK: graph.matmul %[[Y]], %[[Y]]
func.func @activations(%x: tensor<4x2xf32> {graph.range = [0.0, 1.0]}) -> tensor<4x4xf32> {
  %w = graph.constant dense<0.5> : tensor<2x4xf32>
  %y = graph.matmul %x, %w {graph.ranges = [[0.0, 1.0]]} : tensor<4x2xf32>, tensor<2x4xf32>
  %z = graph.matmul %y, %y {graph.ranges = [[0.0, 1.0]]} : tensor<4x4xf32>, tensor<4x4xf32>
  return %z : tensor<4x4xf32>
}

// A graph without layers.
// CHECK-LABEL: @no_layer
// CHECK-NEXT: graph.unary relu %arg0
func.func @no_layer(%x: tensor<4x2xf32> {graph.range = [0.0, 1.0]}) -> tensor<4x2xf32> {
  %y = graph.unary relu %x {graph.ranges = [[0.0, 1.0]]} : tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// Rows of a table of floats and what is made of them for a norm alone: no kernel stores it.
// CHECK-LABEL: @embeddings
// CHECK-COUNT-2: graph.gather {{.*}}xf32>
// CHECK-NEXT: graph.binary add
// CHECK-NEXT: graph.norm
// CHECK-NEXT: graph.quantize
func.func @embeddings(%i: tensor<4xi64>, %j: tensor<4xi64>) -> tensor<4x2xf32> {
  %t = graph.constant dense<[[0.5, 1.0], [0.25, 0.75]]> : tensor<2x2xf32>
  %w = graph.constant dense<0.5> : tensor<2x2xf32>
  %a = graph.gather %t, %i axis 0 {graph.ranges = [[0.0, 1.0]]}
      : tensor<2x2xf32>, tensor<4xi64>
  %b = graph.gather %t, %j axis 0 {graph.ranges = [[0.0, 1.0]]}
      : tensor<2x2xf32>, tensor<4xi64>
  %c = graph.binary add %a, %b {graph.ranges = [[0.0, 2.0]]} : tensor<4x2xf32>, tensor<4x2xf32>
  %n = graph.norm layer %c axis 1 epsilon 1.0e-6 {graph.ranges = [[-1.0, 1.0]]} : tensor<4x2xf32>
  %y = graph.matmul %n, %w : tensor<4x2xf32>, tensor<2x2xf32>
  return %y : tensor<4x2xf32>
}
