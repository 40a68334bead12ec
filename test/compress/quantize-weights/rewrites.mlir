// RUN: mdc-opt --mdc-quantize-weights %s | FileCheck %s
// RUN: mdc-opt --mdc-quantize-weights --mdc-integer-kernels %s | FileCheck %s --check-prefix=KERNELS

// CHECK-LABEL: @product
// CHECK: %[[BYTES:.*]] = graph.constant dense<{{\[\[}}127, 127], [64, -127]]> : tensor<2x2xi8>
// CHECK: %[[W:.*]] = graph.dequantize %[[BYTES]] scales [1.57{{.*}}, 3.93{{.*}}] zero_points [0, 0] {axis = 1 : i64}
// CHECK: graph.matmul %arg0, %[[W]]{{.*}}note = "weights alone are bytes", precision = "int8"
// KERNELS-LABEL: @product
// KERNELS: graph.matmul {{.*}}: tensor<4x2xf32>, tensor<2x2xi8>
// KERNELS: graph.binary mul
func.func @product(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = graph.constant dense<[[2.0, 0.5], [1.0, -0.5]]> : tensor<2x2xf32>
  %y = graph.matmul %x, %w : tensor<4x2xf32>, tensor<2x2xf32>
  return %y : tensor<4x2xf32>
}

// CHECK-LABEL: @convolution
// CHECK: graph.constant dense<127> : tensor<2x2x1x1xi8>
// KERNELS-LABEL: @convolution
// KERNELS: graph.conv {{.*}} tensor<2x2x1x1xi8>
func.func @convolution(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = graph.constant dense<0.5> : tensor<2x2x1x1xf32>
  %y = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>
  return %y : tensor<1x2x4x4xf32>
}
