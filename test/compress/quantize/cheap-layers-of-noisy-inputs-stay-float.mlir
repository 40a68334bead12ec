// RUN: mdc-opt --mdc-quantize %s | FileCheck %s

// A depthwise convolution of 2 % of the multiply-adds that rounding its input would drown: it reads
// numbers, its result becomes bytes for the next layer.
// CHECK-LABEL: @cheap
// CHECK: %[[X:.*]] = graph.conv {{.*}}precision = "int8"
// CHECK-NOT: graph.quantize %[[X]]
// CHECK: %[[Y:.*]] = graph.conv %[[X]], {{.*}}note = "as bytes its input would leave 25.0 dB of signal to noise, below 31.5, and it has 0.8 % of the multiply-adds", precision = "f32"
// CHECK: %[[Q:.*]] = graph.quantize %[[Y]]
// CHECK: %[[D:.*]] = graph.dequantize %[[Q]]
// CHECK: graph.conv %[[D]], {{.*}}precision = "int8"
func.func @cheap(%x: tensor<1x64x6x6xf32> {graph.range = [0.0, 1.0]}) -> tensor<1x64x6x6xf32> {
  %w = graph.constant dense<0.5> : tensor<64x64x1x1xf32>
  %v = graph.constant dense<0.5> : tensor<64x1x1x1xf32>
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      {graph.input_sqnr_db = 45.0, graph.ranges = [[-0.3, 110.0]]}
      : tensor<1x64x6x6xf32>, tensor<64x64x1x1xf32>
  %1 = graph.conv %0, %v strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 64
      {graph.input_sqnr_db = 25.0, graph.ranges = [[-0.3, 2.0]]}
      : tensor<1x64x6x6xf32>, tensor<64x1x1x1xf32>
  %2 = graph.conv %1, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      {graph.input_sqnr_db = 33.0} : tensor<1x64x6x6xf32>, tensor<64x64x1x1xf32>
  return %2 : tensor<1x64x6x6xf32>
}

// Of two such layers of 3 % each, one fits into the share that may stay float: the one of
// more noise.
// CHECK-LABEL: @the_worse_of_two
// CHECK: graph.conv {{.*}}precision = "int8"
// CHECK: graph.conv {{.*}}note = "as bytes its input would leave 20.0 dB{{.*}} 3.5 % of{{.*}}precision = "f32"
// CHECK: graph.conv {{.*}}precision = "int8"
func.func @the_worse_of_two(%x: tensor<1x240x6x6xf32> {graph.range = [0.0, 1.0]})
    -> tensor<1x240x2x2xf32> {
  %w = graph.constant dense<0.5> : tensor<240x240x1x1xf32>
  %v = graph.constant dense<0.5> : tensor<240x1x1x1xf32>
  %0 = graph.conv %x, %v strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 240
      {graph.input_sqnr_db = 22.0, graph.ranges = [[0.0, 1.0]]}
      : tensor<1x240x6x6xf32>, tensor<240x1x1x1xf32>
  %1 = graph.conv %0, %v strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 240
      {graph.input_sqnr_db = 20.0, graph.ranges = [[0.0, 1.0]]}
      : tensor<1x240x6x6xf32>, tensor<240x1x1x1xf32>
  %2 = graph.conv %1, %w strides [3, 3] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x240x6x6xf32>, tensor<240x240x1x1xf32>
  return %2 : tensor<1x240x2x2xf32>
}

// A last layer of 1 % of the multiply-adds has a third of the weights: as floats it would take
// more bytes than the other.
// CHECK-LABEL: @many_weights
// CHECK: graph.conv {{.*}}precision = "int8"
// CHECK: graph.conv {{.*}}precision = "int8"
func.func @many_weights(%x: tensor<1x512x8x8xf32> {graph.range = [0.0, 1.0]})
    -> tensor<1x256x1x1xf32> {
  %w = graph.constant dense<0.5> : tensor<512x512x1x1xf32>
  %v = graph.constant dense<0.5> : tensor<256x512x1x1xf32>
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      {graph.ranges = [[0.0, 1.0]]} : tensor<1x512x8x8xf32>, tensor<512x512x1x1xf32>
  %1 = graph.conv %0, %v strides [8, 8] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      {graph.input_sqnr_db = 10.0} : tensor<1x512x8x8xf32>, tensor<256x512x1x1xf32>
  return %1 : tensor<1x256x1x1xf32>
}
