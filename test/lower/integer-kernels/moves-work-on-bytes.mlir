// RUN: mdc-opt --mdc-integer-kernels %s | FileCheck %s

// CHECK-LABEL: @no_arithmetic
// CHECK-NEXT: %[[CAT:.*]] = graph.concat %arg0, %arg1 axis 1 : tensor<1x2x8x8xui8>
// CHECK-NEXT: %[[POOL:.*]] = graph.pool max %[[CAT]]
// CHECK-NEXT: %[[MOVED:.*]] = graph.transpose %[[POOL]] [0, 2, 3, 1] : tensor<1x4x4x4xui8>
// CHECK-NEXT: return %[[MOVED]]
func.func @no_arithmetic(%a: tensor<1x2x8x8xui8>, %b: tensor<1x2x8x8xui8>) -> tensor<1x4x4x4xui8> {
  %x = graph.dequantize %a scales [0.5] zero_points [3] : tensor<1x2x8x8xui8> to tensor<1x2x8x8xf32>
  %y = graph.dequantize %b scales [0.5] zero_points [3] : tensor<1x2x8x8xui8> to tensor<1x2x8x8xf32>
  %c = graph.concat %x, %y axis 1 : tensor<1x2x8x8xf32>, tensor<1x2x8x8xf32>
  %p = graph.pool max %c kernel [2, 2] strides [2, 2] pads [0, 0, 0, 0] dilations [1, 1]
      : tensor<1x4x8x8xf32> to tensor<1x4x4x4xf32>
  %t = graph.transpose %p [0, 2, 3, 1] : tensor<1x4x4x4xf32>
  %q = graph.quantize %t scales [0.5] zero_points [3] : tensor<1x4x4x4xf32> to tensor<1x4x4x4xui8>
  return %q : tensor<1x4x4x4xui8>
}

// CHECK-LABEL: @nearest
// CHECK-NEXT: %[[LARGE:.*]] = graph.resize round_prefer_floor %arg0 {{.*}} : tensor<1x2x4x4xui8> to tensor<1x2x8x8xui8>
// CHECK-NEXT: return %[[LARGE]]
func.func @nearest(%a: tensor<1x2x4x4xui8>) -> tensor<1x2x8x8xui8> {
  %x = graph.dequantize %a scales [0.5] zero_points [3] : tensor<1x2x4x4xui8> to tensor<1x2x4x4xf32>
  %r = graph.resize round_prefer_floor %x scales [1.0, 1.0, 0.5, 0.5] offsets [0.0, 0.0, -0.25, -0.25]
      : tensor<1x2x4x4xf32> to tensor<1x2x8x8xf32>
  %q = graph.quantize %r scales [0.5] zero_points [3] : tensor<1x2x8x8xf32> to tensor<1x2x8x8xui8>
  return %q : tensor<1x2x8x8xui8>
}

// A blend of neighbours is a number between bytes: what is read and stored are bytes.
// CHECK-LABEL: @linear
// CHECK: graph.cast %arg0 : tensor<1x2x4x4xui8> to tensor<1x2x4x4xf32>
// CHECK: graph.resize linear
// CHECK: graph.unary round
// CHECK: %[[BYTES:.*]] = graph.cast {{.*}} to tensor<1x2x8x8xui8>
// CHECK-NEXT: return %[[BYTES]]
func.func @linear(%a: tensor<1x2x4x4xui8>) -> tensor<1x2x8x8xui8> {
  %x = graph.dequantize %a scales [0.5] zero_points [3] : tensor<1x2x4x4xui8> to tensor<1x2x4x4xf32>
  %r = graph.resize linear %x scales [1.0, 1.0, 0.5, 0.5] offsets [0.0, 0.0, -0.25, -0.25]
      : tensor<1x2x4x4xf32> to tensor<1x2x8x8xf32>
  %q = graph.quantize %r scales [0.5] zero_points [3] : tensor<1x2x8x8xf32> to tensor<1x2x8x8xui8>
  return %q : tensor<1x2x8x8xui8>
}

// CHECK-LABEL: @pad
// CHECK: %[[BORDER:.*]] = graph.constant dense<3> : tensor<ui8>
// CHECK: graph.pad constant %arg0, %[[BORDER]]
func.func @pad(%a: tensor<1x2xui8>) -> tensor<1x4xui8> {
  %x = graph.dequantize %a scales [0.5] zero_points [3] : tensor<1x2xui8> to tensor<1x2xf32>
  %zero = graph.constant dense<0.0> : tensor<f32>
  %p = graph.pad constant %x, %zero low [0, 1] high [0, 1] : tensor<1x2xf32>, tensor<f32>
  %q = graph.quantize %p scales [0.5] zero_points [3] : tensor<1x4xf32> to tensor<1x4xui8>
  return %q : tensor<1x4xui8>
}

// CHECK-LABEL: @constants_are_quantized
// CHECK: graph.constant dense<[3, 5, 3]> : tensor<3xui8>
func.func @constants_are_quantized() -> tensor<3xui8> {
  %c = graph.constant dense<[0.0, 1.0, 0.25]> : tensor<3xf32>
  %q = graph.quantize %c scales [0.5] zero_points [3] : tensor<3xf32> to tensor<3xui8>
  return %q : tensor<3xui8>
}
