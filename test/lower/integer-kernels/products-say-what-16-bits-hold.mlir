// RUN: mdc-opt --mdc-integer-kernels %s | FileCheck %s

// Four products of 7 bits by 6 and a sign stay below 2^15.
// CHECK-LABEL: @four
// CHECK: graph.matmul {{.*}} {graph.short_sums = 4 : i64}
func.func @four(%x: tensor<5x8xf32>) -> tensor<5x4xf32> {
  %q = graph.quantize %x scales [0.5] zero_points [64] {bits = 7 : i64}
      : tensor<5x8xf32> to tensor<5x8xui8>
  %d = graph.dequantize %q scales [0.5] zero_points [64] : tensor<5x8xui8> to tensor<5x8xf32>
  %c = graph.constant dense<-64> : tensor<8x4xi8>
  %w = graph.dequantize %c scales [0.5] zero_points [0] : tensor<8x4xi8> to tensor<8x4xf32>
  %y = graph.matmul %d, %w : tensor<5x8xf32>, tensor<8x4xf32>
  return %y : tensor<5x4xf32>
}

// The rows that arrive say it themselves.
// CHECK-LABEL: @rows
// CHECK: graph.matmul {{.*}} {graph.short_sums = 4 : i64}
func.func @rows(%x: tensor<5x8xf32>) -> tensor<5x4xi32> {
  %q, %scales, %zeros = graph.quantize_rows %x {bits = 7 : i64} : tensor<5x8xf32>
  %w = graph.constant dense<63> : tensor<8x4xi8>
  %y = graph.matmul %q, %w : tensor<5x8xui8>, tensor<8x4xi8>
  return %y : tensor<5x4xi32>
}

// Any bytes by weights of 7 bits: two.
// CHECK-LABEL: @two
// CHECK: graph.matmul {{.*}} {graph.short_sums = 2 : i64}
func.func @two(%q: tensor<5x8xui8>) -> tensor<5x4xi32> {
  %w = graph.constant dense<-64> : tensor<8x4xi8>
  %y = graph.matmul %q, %w : tensor<5x8xui8>, tensor<8x4xi8>
  return %y : tensor<5x4xi32>
}

// CHECK-LABEL: @none
// CHECK-NOT: short_sums
// CHECK: return
func.func @none(%q: tensor<5x8xui8>, %v: tensor<8x4xi8>) -> (tensor<5x4xi32>, tensor<5x4xi32>) {
  %w = graph.constant dense<65> : tensor<8x4xi8>
  %y = graph.matmul %q, %w : tensor<5x8xui8>, tensor<8x4xi8>
  %z = graph.matmul %q, %v : tensor<5x8xui8>, tensor<8x4xi8>
  return %y, %z : tensor<5x4xi32>, tensor<5x4xi32>
}

// Moves and largest elements add nothing; a border does.
// CHECK-LABEL: @windows
// CHECK: graph.conv {{.*}}graph.short_sums = 4 : i64
// CHECK: graph.conv {{.*}}graph.short_sums = 2 : i64, padValue = 255 : i64
func.func @windows(%x: tensor<1x4x6x6xf32>) -> (tensor<1x4x5x5xi32>, tensor<1x4x7x7xi32>) {
  %q = graph.quantize %x scales [0.5] zero_points [64] {bits = 7 : i64}
      : tensor<1x4x6x6xf32> to tensor<1x4x6x6xui8>
  %p = graph.pool max %q kernel [2, 2] strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1]
      : tensor<1x4x6x6xui8> to tensor<1x4x5x5xui8>
  %w = graph.constant dense<63> : tensor<4x4x1x1xi8>
  %y = graph.conv %p, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x4x5x5xui8>, tensor<4x4x1x1xi8>
  %z = graph.conv %p, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      {padValue = 255 : i64} : tensor<1x4x5x5xui8>, tensor<4x4x1x1xi8>
  return %y, %z : tensor<1x4x5x5xi32>, tensor<1x4x7x7xi32>
}

// Depthwise convolutions multiply rows of the window.
// CHECK-LABEL: @depthwise
// CHECK-NOT: short_sums
// CHECK: return
func.func @depthwise(%q: tensor<1x4x6x6xui8>) -> tensor<1x4x6x6xi32> {
  %w = graph.constant dense<2> : tensor<4x1x1x1xi8>
  %y = graph.conv %q, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 4
      : tensor<1x4x6x6xui8>, tensor<4x1x1x1xi8>
  return %y : tensor<1x4x6x6xi32>
}
