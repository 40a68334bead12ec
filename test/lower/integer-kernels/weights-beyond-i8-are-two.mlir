// RUN: mdc-opt --mdc-integer-kernels %s | FileCheck %s

// 250 around a zero point of 100 is 150: 127 and 23.
// CHECK-LABEL: @matrix
// CHECK-DAG: %[[KEPT:.*]] = graph.constant dense<127> : tensor<8x4xi8>
// CHECK-DAG: %[[CUT_OFF:.*]] = graph.constant dense<23> : tensor<8x4xi8>
// CHECK: %[[FIRST:.*]] = graph.matmul %arg0, %[[KEPT]] {{.*}}: tensor<5x8xui8>, tensor<8x4xi8>
// CHECK: %[[SECOND:.*]] = graph.matmul %arg0, %[[CUT_OFF]] {{.*}}: tensor<5x8xui8>, tensor<8x4xi8>
// CHECK: graph.binary add %[[FIRST]], %[[SECOND]]
func.func @matrix(%q: tensor<5x8xui8>) -> tensor<5x4xf32> {
  %d = graph.dequantize %q scales [0.5] zero_points [0] : tensor<5x8xui8> to tensor<5x8xf32>
  %c = graph.constant dense<250> : tensor<8x4xui8>
  %w = graph.dequantize %c scales [0.5] zero_points [100] : tensor<8x4xui8> to tensor<8x4xf32>
  %y = graph.matmul %d, %w : tensor<5x8xf32>, tensor<8x4xf32>
  return %y : tensor<5x4xf32>
}

// One of the two starts at the bias and the zero point's excess: -3 * 150 * 8 + 7.
// CHECK-LABEL: @filter
// CHECK-DAG: %[[START:.*]] = graph.constant dense<-3593> : tensor<4xi32>
// CHECK: %[[FIRST:.*]] = graph.conv %arg0, %{{[a-z0-9_]*}}, %[[START]] {{.*}} {{{.*}}padValue = 3 : i64}
// CHECK: %[[SECOND:.*]] = graph.conv %arg0, %{{[a-z0-9_]*}} strides {{.*}} {{{.*}}padValue = 3 : i64}
// CHECK: graph.binary add %[[FIRST]], %[[SECOND]]
func.func @filter(%q: tensor<1x8x6x6xui8>) -> tensor<1x4x6x6xf32> {
  %d = graph.dequantize %q scales [0.5] zero_points [3] : tensor<1x8x6x6xui8> to tensor<1x8x6x6xf32>
  %c = graph.constant dense<250> : tensor<4x8x1x1xui8>
  %w = graph.dequantize %c scales [0.5] zero_points [100] : tensor<4x8x1x1xui8> to tensor<4x8x1x1xf32>
  %i = graph.constant dense<7> : tensor<4xi32>
  %b = graph.dequantize %i scales [0.25] zero_points [0] : tensor<4xi32> to tensor<4xf32>
  %y = graph.conv %d, %w, %b strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x8x6x6xf32>, tensor<4x8x1x1xf32>, tensor<4xf32>
  return %y : tensor<1x4x6x6xf32>
}
