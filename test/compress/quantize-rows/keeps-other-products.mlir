// RUN: mdc-opt --mdc-quantize-rows="exclude=head*" %s | FileCheck %s

// CHECK-LABEL: @excluded
// CHECK-NOT: quantize
// CHECK: graph.matmul {{.*}}note = "excluded by name", precision = "f32"{{.*}} tensor<4x2xf32>, tensor<2x2xf32>
func.func @excluded(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = graph.constant dense<0.5> : tensor<2x2xf32>
  %y = graph.matmul %x, %w : tensor<4x2xf32>, tensor<2x2xf32> loc("head.0")
  return %y : tensor<4x2xf32>
}

// CHECK-LABEL: @sums_may_leave_32_bits
// CHECK-NOT: quantize
// CHECK: note = "sums of 66312 products may leave 32 bits"
func.func @sums_may_leave_32_bits(%x: tensor<1x66312xf32>) -> tensor<1x1xf32> {
  %w = graph.constant dense<0.5> : tensor<66312x1xf32>
  %y = graph.matmul %x, %w : tensor<1x66312xf32>, tensor<66312x1xf32>
  return %y : tensor<1x1xf32>
}

// CHECK-LABEL: @not_finite
// CHECK-NOT: quantize
// CHECK: note = "a weight is a NaN or an infinity"
func.func @not_finite(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = graph.constant dense<0x7F800000> : tensor<2x2xf32>
  %y = graph.matmul %x, %w : tensor<4x2xf32>, tensor<2x2xf32>
  return %y : tensor<4x2xf32>
}

// CHECK-LABEL: @two_values_of_a_request
// CHECK-NOT: quantize
// CHECK: return
func.func @two_values_of_a_request(%x: tensor<4x2xf32>, %y: tensor<2x2xf32>) -> tensor<4x2xf32> {
  %z = graph.matmul %x, %y : tensor<4x2xf32>, tensor<2x2xf32>
  return %z : tensor<4x2xf32>
}
