// RUN: mdc-opt --mdc-quantize %s | FileCheck %s

// One quantize at the producer serves what reads the value through a pool and a reshape.
// CHECK-LABEL: @pool
// CHECK: %[[Y:.*]] = graph.conv
// CHECK: %[[Q:.*]] = graph.quantize %[[Y]]
// CHECK: %[[D:.*]] = graph.dequantize %[[Q]]
// CHECK: %[[P:.*]] = graph.pool max %[[D]]
// CHECK: %[[R:.*]] = graph.reshape %[[P]]
// CHECK-NOT: graph.quantize
// CHECK: graph.matmul %[[R]]
func.func @pool(%x: tensor<1x1x4x4xf32> {graph.range = [-1.0, 1.0]}) -> tensor<1x2xf32> {
  %w = graph.constant dense<0.5> : tensor<1x1x1x1xf32>
  %v = graph.constant dense<0.5> : tensor<4x2xf32>
  %y = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      {graph.ranges = [[-1.0, 1.0]]} : tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>
  %p = graph.pool max %y kernel [2, 2] strides [2, 2] pads [0, 0, 0, 0] dilations [1, 1]
      : tensor<1x1x4x4xf32> to tensor<1x1x2x2xf32>
  %r = graph.reshape %p : tensor<1x1x2x2xf32> to tensor<1x4xf32>
  %z = graph.matmul %r, %v : tensor<1x4xf32>, tensor<4x2xf32>
  return %z : tensor<1x2xf32>
}

// Both parts of this concat take the wider scale.
// CHECK-LABEL: @concats
// CHECK-DAG: graph.quantize %arg0 scales [7.84{{.*}}e-03] zero_points [127] :
// CHECK-DAG: graph.quantize %arg1 scales [7.84{{.*}}e-03] zero_points [127] :
// CHECK: graph.concat
// CHECK-NOT: graph.quantize
// CHECK: graph.matmul
func.func @concats(%a: tensor<2x2xf32> {graph.range = [-1.0, 1.0]},
                   %b: tensor<2x2xf32> {graph.range = [-0.75, 0.75]}) -> tensor<2x2xf32> {
  %v = graph.constant dense<0.5> : tensor<4x2xf32>
  %c = graph.concat %a, %b axis 1 : tensor<2x2xf32>, tensor<2x2xf32>
  %z = graph.matmul %c, %v : tensor<2x4xf32>, tensor<4x2xf32>
  return %z : tensor<2x2xf32>
}

// A part that would lose more than a bit keeps its own scale, and the concat rounds again.
// CHECK-LABEL: @apart
// CHECK-DAG: graph.quantize %arg0 scales [7.84{{.*}}e-03]
// CHECK-DAG: graph.quantize %arg1 scales [7.84{{.*}}e-04]
// CHECK: %[[C:.*]] = graph.concat
// CHECK: graph.quantize %[[C]] scales [7.84{{.*}}e-03]
func.func @apart(%a: tensor<2x2xf32> {graph.range = [-1.0, 1.0]},
                 %b: tensor<2x2xf32> {graph.range = [-0.1, 0.1]}) -> tensor<2x2xf32> {
  %v = graph.constant dense<0.5> : tensor<4x2xf32>
  %c = graph.concat %a, %b axis 1 : tensor<2x2xf32>, tensor<2x2xf32>
  %z = graph.matmul %c, %v : tensor<2x4xf32>, tensor<4x2xf32>
  return %z : tensor<2x2xf32>
}
