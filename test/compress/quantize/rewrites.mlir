// RUN: mdc-opt --mdc-quantize %s | FileCheck %s

// The argument and what lies between the layers become bytes; relu's range starts at 0. Weights
// have a scale for each output channel.
// CHECK-LABEL: @two_layers
// CHECK: %[[IN:.*]] = graph.quantize %arg0 scales [7.84{{.*}}] zero_points [127]
// CHECK: %[[X:.*]] = graph.dequantize %[[IN]]
// CHECK: graph.constant dense<{{.*}}127{{.*}}-127{{.*}}127{{.*}}0{{.*}}> : tensor<2x2x1x1xi8>
// CHECK: graph.dequantize {{.*}} scales [3.93{{.*}}, 7.87{{.*}}] zero_points [0, 0]
// CHECK: graph.conv %[[X]], {{.*}}precision = "int8"{{.*}}weight_bytes_before = 16 : i64
// CHECK: %[[R:.*]] = graph.unary relu
// CHECK: %[[Q:.*]] = graph.quantize %[[R]] scales [3.137{{.*}}] zero_points [0]
// CHECK: %[[D:.*]] = graph.dequantize %[[Q]]
// CHECK: graph.conv %[[D]]
func.func @two_layers(%x: tensor<1x2x6x6xf32> {graph.range = [-1.0, 1.0]}) -> tensor<1x2x6x6xf32> {
  %w = graph.constant dense<[[[[0.5]], [[-0.5]]], [[[1.0]], [[0.0]]]]> : tensor<2x2x1x1xf32>
  %y = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      {graph.ranges = [[-8.0, 8.0]]} : tensor<1x2x6x6xf32>, tensor<2x2x1x1xf32>
  %r = graph.unary relu %y : tensor<1x2x6x6xf32>
  %z = graph.conv %r, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x2x6x6xf32>, tensor<2x2x1x1xf32>
  return %z : tensor<1x2x6x6xf32>
}

// Columns of a matrix are its output channels; the largest weight of each becomes 127.
// CHECK-LABEL: @columns
// CHECK: graph.constant dense<{{\[\[}}127, 127], [64, -127]]> : tensor<2x2xi8>
// CHECK: graph.dequantize {{.*}} scales [1.57{{.*}}, 3.93{{.*}}] {{.*}}{axis = 1 : i64}
func.func @columns(%x: tensor<4x2xf32> {graph.range = [0.0, 1.0]}) -> tensor<4x2xf32> {
  %w = graph.constant dense<[[2.0, 0.5], [1.0, -0.5]]> : tensor<2x2xf32>
  %y = graph.matmul %x, %w : tensor<4x2xf32>, tensor<2x2xf32>
  return %y : tensor<4x2xf32>
}

// A stack of one matrix is a matrix.
// CHECK-LABEL: @stack_of_one
// CHECK: graph.constant dense<{{.*}}> : tensor<2x2xi8>
// CHECK: graph.matmul {{.*}} : tensor<3x4x2xf32>, tensor<2x2xf32>
func.func @stack_of_one(%x: tensor<3x4x2xf32> {graph.range = [0.0, 1.0]}) -> tensor<3x4x2xf32> {
  %w = graph.constant dense<[[[2.0, 0.5], [1.0, -0.5]]]> : tensor<1x2x2xf32>
  %y = graph.matmul %x, %w : tensor<3x4x2xf32>, tensor<1x2x2xf32>
  return %y : tensor<3x4x2xf32>
}
