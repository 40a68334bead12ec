// RUN: mdc-opt --mdc-quantize=faster-on=v3,vnni %s | FileCheck %s
// RUN: mdc-opt --mdc-quantize=faster-on=v3,v4 %s | FileCheck %s --check-prefix=AVX2
// RUN: mdc-opt "--mdc-quantize=faster-on=v3,vnni bits=7" %s | FileCheck %s --check-prefix=REDUCED

// A request's few numbers would be rounded by a kernel of its own; what follows is worth it.
// CHECK-LABEL: @first_layer_of_a_small_network
// CHECK: graph.matmul {{.*}}note = "bytes would take about {{.*}} times as long{{.*}}", precision = "f32"
// CHECK: graph.matmul {{.*}}precision = "int8"
func.func @first_layer_of_a_small_network(%x: tensor<8x64xf32> {graph.range = [0.0, 1.0]})
    -> tensor<8x256xf32> {
  %w = graph.constant dense<0.5> : tensor<64x64xf32>
  %v = graph.constant dense<0.5> : tensor<64x256xf32>
  %y = graph.matmul %x, %w {graph.ranges = [[0.0, 1.0]]} : tensor<8x64xf32>, tensor<64x64xf32>
  %z = graph.matmul %y, %v : tensor<8x64xf32>, tensor<64x256xf32>
  return %z : tensor<8x256xf32>
}

// CHECK-LABEL: @first_layer_of_a_large_network
// CHECK: graph.matmul {{.*}}precision = "int8"
func.func @first_layer_of_a_large_network(%x: tensor<64x256xf32> {graph.range = [0.0, 1.0]})
    -> tensor<64x256xf32> {
  %w = graph.constant dense<0.5> : tensor<256x256xf32>
  %y = graph.matmul %x, %w : tensor<64x256xf32>, tensor<256x256xf32>
  return %y : tensor<64x256xf32>
}

// The mean gains, but one level would lose; 7 bits do not gain enough there either.
// CHECK-LABEL: @few_columns
// CHECK: graph.matmul {{.*}}precision = "int8"
// CHECK: graph.matmul {{.*}}note = "bytes would take about 1.2 times as long on CPUs without VNNI", precision = "f32"
// REDUCED-LABEL: @few_columns
// REDUCED: graph.matmul {{.*}}precision = "int8"
// REDUCED: graph.matmul {{.*}}note = "bytes would gain next to nothing on CPUs without VNNI", precision = "f32"
func.func @few_columns(%x: tensor<512x128xf32> {graph.range = [0.0, 1.0]}) -> tensor<512x16xf32> {
  %w = graph.constant dense<0.5> : tensor<128x24xf32>
  %v = graph.constant dense<0.5> : tensor<24x16xf32>
  %y = graph.matmul %x, %w {graph.ranges = [[0.0, 1.0]]} : tensor<512x128xf32>, tensor<128x24xf32>
  %z = graph.matmul %y, %v : tensor<512x24xf32>, tensor<24x16xf32>
  return %z : tensor<512x16xf32>
}

// What a pool of bytes makes needs no rounding: with it the few columns would not be worth it.
// CHECK-LABEL: @behind_a_pool
// CHECK: graph.matmul {{.*}}precision = "int8"
// CHECK-LABEL: @behind_a_relu
// CHECK: graph.matmul {{.*}}note = "bytes would take about 1.0 times as long on CPUs without VNNI", precision = "f32"
func.func @behind_a_pool(%x: tensor<64x128x2x2xf32> {graph.range = [0.0, 1.0]})
    -> tensor<64x16xf32> {
  %w = graph.constant dense<0.5> : tensor<128x16xf32>
  %p = graph.pool max %x kernel [2, 2] strides [2, 2] pads [0, 0, 0, 0] dilations [1, 1]
      {graph.ranges = [[0.0, 1.0]]} : tensor<64x128x2x2xf32> to tensor<64x128x1x1xf32>
  %r = graph.reshape %p {graph.ranges = [[0.0, 1.0]]}
      : tensor<64x128x1x1xf32> to tensor<64x128xf32>
  %y = graph.matmul %r, %w : tensor<64x128xf32>, tensor<128x16xf32>
  return %y : tensor<64x16xf32>
}
func.func @behind_a_relu(%x: tensor<64x128xf32> {graph.range = [0.0, 1.0]}) -> tensor<64x16xf32> {
  %w = graph.constant dense<0.5> : tensor<128x16xf32>
  %r = graph.unary relu %x {graph.ranges = [[0.0, 1.0]]} : tensor<64x128xf32>
  %y = graph.matmul %r, %w : tensor<64x128xf32>, tensor<128x16xf32>
  return %y : tensor<64x16xf32>
}

// Faster with VNNI alone.
// AVX2-LABEL: @depthwise
// AVX2: graph.conv {{.*}}precision = "f32"
// CHECK-LABEL: @depthwise
// CHECK: graph.conv {{.*}}precision = "int8"
func.func @depthwise(%x: tensor<1x16x8x8xf32> {graph.range = [0.0, 1.0]}) -> tensor<1x16x8x8xf32> {
  %w = graph.constant dense<0.5> : tensor<16x1x3x3xf32>
  %y = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 16
      : tensor<1x16x8x8xf32>, tensor<16x1x3x3xf32>
  return %y : tensor<1x16x8x8xf32>
}

// One depth position of eight is left: the sparse kernel of floats does an eighth of the work.
// CHECK-LABEL: @sparse
// CHECK: graph.matmul {{.*}}note = "bytes would take about {{.*}} as the sparse kernel of floats", precision = "f32"
func.func @sparse(%x: tensor<64x8xf32> {graph.range = [0.0, 1.0]}) -> tensor<64x2xf32> {
  %w = graph.constant dense<[[1.0, 1.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0],
                             [0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]> : tensor<8x2xf32>
  %y = graph.matmul %x, %w : tensor<64x8xf32>, tensor<8x2xf32>
  return %y : tensor<64x2xf32>
}

// Every group of outputs has a weight; the kernel of single weights skips the others.
// CHECK-LABEL: @single_weights
// CHECK: graph.matmul {{.*}}note = "bytes would take about {{.*}} as the sparse kernel of floats", precision = "f32"
func.func @single_weights(%x: tensor<64x8xf32> {graph.range = [0.0, 1.0]}) -> tensor<64x4xf32> {
  %w = graph.constant dense<[[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0],
                             [0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0],
                             [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]> : tensor<8x4xf32>
  %y = graph.matmul %x, %w : tensor<64x8xf32>, tensor<8x4xf32>
  return %y : tensor<64x4xf32>
}
