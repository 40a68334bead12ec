// RUN: mdc-opt --mdc-quantize %s | FileCheck %s

// A depthwise convolution of 2 % of the multiply-adds that rounding its input would drown: it reads
// numbers, its result becomes bytes for the next layer.
// CHECK-LABEL: @cheap
// CHECK: %[[X:.*]] = graph.conv {{.*}}precision = "int8"
// CHECK-NOT: graph.quantize %[[X]]
// CHECK: %[[Y:.*]] = graph.conv %[[X]], {{.*}}note = "as bytes its input would leave 25.0 dB of signal to noise, below 31.5, and it has 1.5 % of the multiply-adds", precision = "f32"
// CHECK: %[[Q:.*]] = graph.quantize %[[Y]]
// CHECK: %[[D:.*]] = graph.dequantize %[[Q]]
// CHECK: graph.conv %[[D]], {{.*}}precision = "int8"
func.func @cheap(%x: tensor<1x32x6x6xf32> {graph.range = [0.0, 1.0]}) -> tensor<1x32x6x6xf32> {
  %w = graph.constant dense<0.5> : tensor<32x32x1x1xf32>
  %v = graph.constant dense<0.5> : tensor<32x1x1x1xf32>
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      {graph.input_sqnr_db = 45.0, graph.ranges = [[-0.3, 110.0]]}
      : tensor<1x32x6x6xf32>, tensor<32x32x1x1xf32>
  %1 = graph.conv %0, %v strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 32
      {graph.input_sqnr_db = 25.0, graph.ranges = [[-0.3, 2.0]]}
      : tensor<1x32x6x6xf32>, tensor<32x1x1x1xf32>
  %2 = graph.conv %1, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      {graph.input_sqnr_db = 33.0} : tensor<1x32x6x6xf32>, tensor<32x32x1x1xf32>
  return %2 : tensor<1x32x6x6xf32>
}

// Of two such layers of 3 % each, one fits into the share that may stay float: the one of
// more noise.
// CHECK-LABEL: @the_worse_of_two
// CHECK: graph.conv {{.*}}precision = "int8"
// CHECK: graph.conv {{.*}}precision = "int8"
// CHECK: graph.conv {{.*}}note = "as bytes its input would leave 20.0 dB{{.*}}precision = "f32"
func.func @the_worse_of_two(%x: tensor<1x30x6x6xf32> {graph.range = [0.0, 1.0]})
    -> tensor<1x30x6x6xf32> {
  %w = graph.constant dense<0.5> : tensor<30x30x1x1xf32>
  %v = graph.constant dense<0.5> : tensor<30x1x1x1xf32>
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      {graph.ranges = [[0.0, 1.0]]} : tensor<1x30x6x6xf32>, tensor<30x30x1x1xf32>
  %1 = graph.conv %0, %v strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 30
      {graph.input_sqnr_db = 22.0, graph.ranges = [[0.0, 1.0]]}
      : tensor<1x30x6x6xf32>, tensor<30x1x1x1xf32>
  %2 = graph.conv %1, %v strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 30
      {graph.input_sqnr_db = 20.0} : tensor<1x30x6x6xf32>, tensor<30x1x1x1xf32>
  return %2 : tensor<1x30x6x6xf32>
}
