// RUN: mdc-opt %s --mdc-narrow-products | FileCheck %s
// RUN: mdc-opt %s --mdc-narrow-products=type=f16 | FileCheck %s --check-prefix=HALF

// Weights are rounded once; a value that two products read is rounded once too. Sums stay in f32.
// CHECK-LABEL: func.func @products
// HALF-LABEL: func.func @products
func.func @products(%x: tensor<4x8xf32>) -> (tensor<4x2xf32>, tensor<4x4xf32>) {
  // CHECK-DAG: %[[WEIGHT:.*]] = graph.constant {{.*}} : tensor<8x2xbf16>
  // CHECK-DAG: %[[ROWS:.*]] = graph.cast %arg0 : tensor<4x8xf32> to tensor<4x8xbf16>
  // CHECK: %[[FIRST:.*]] = graph.matmul %[[ROWS]], %[[WEIGHT]] : tensor<4x8xbf16>, tensor<8x2xbf16>
  // CHECK: %[[WIDE:.*]] = graph.cast %[[FIRST]] : tensor<4x2xbf16> to tensor<4x2xf32>
  // CHECK: %[[SECOND:.*]] = graph.matmul %[[ROWS]], %[[ROWS]] transposed
  // CHECK: return %[[WIDE]], %{{.*}} : tensor<4x2xf32>, tensor<4x4xf32>
  // HALF: tensor<4x8xf16>, tensor<8x2xf16>
  %w = graph.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0], [1.0, 2.0], [3.0, 4.0],
                             [5.0, 6.0], [7.0, 8.0]]> : tensor<8x2xf32>
  %0 = graph.matmul %x, %w : tensor<4x8xf32>, tensor<8x2xf32>
  %1 = graph.matmul %x, %x transposed : tensor<4x8xf32>, tensor<4x8xf32>
  return %0, %1 : tensor<4x2xf32>, tensor<4x4xf32>
}

// The bias is added to the sums in f32.
// CHECK-LABEL: func.func @convolution
func.func @convolution(%x: tensor<1x3x4x4xf32>, %w: tensor<8x3x1x1xf32>, %b: tensor<8xf32>)
    -> tensor<1x8x4x4xf32> {
  // CHECK: %[[CONV:.*]] = graph.conv %{{.*}}, %{{.*}} strides [1, 1] {{.*}} : tensor<1x3x4x4xbf16>, tensor<8x3x1x1xbf16>
  // CHECK: %[[WIDE:.*]] = graph.cast %[[CONV]] : tensor<1x8x4x4xbf16> to tensor<1x8x4x4xf32>
  // CHECK: %[[BIAS:.*]] = graph.reshape %{{.*}} : tensor<8xf32> to tensor<8x1x1xf32>
  // CHECK: graph.binary add %[[WIDE]], %[[BIAS]]
  %0 = graph.conv %x, %w, %b strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x3x4x4xf32>, tensor<8x3x1x1xf32>, tensor<8xf32>
  return %0 : tensor<1x8x4x4xf32>
}
