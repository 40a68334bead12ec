// RUN: mdc-opt %s --mdc-fold-weights --canonicalize | FileCheck %s

// CHECK-LABEL: func @a_half_weight_becomes_single
func.func @a_half_weight_becomes_single() -> tensor<2x2xf32> {
  // CHECK: %[[W:.*]] = graph.constant dense_resource<[[SINGLE:.*]]> : tensor<2x2xf32>
  // CHECK-NEXT: return %[[W]]
  %w = graph.constant dense_resource<half> : tensor<2x2xf16>
  %0 = graph.cast %w : tensor<2x2xf16> to tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// CHECK-LABEL: func @a_brain_float_weight_becomes_single
func.func @a_brain_float_weight_becomes_single() -> tensor<2xf32> {
  // CHECK: graph.constant dense_resource<{{.*}}> : tensor<2xf32>
  // CHECK-NOT: graph.cast
  %w = graph.constant dense_resource<brain> : tensor<2xbf16>
  %0 = graph.cast %w : tensor<2xbf16> to tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func @a_transposed_weight_is_a_weight
func.func @a_transposed_weight_is_a_weight() -> tensor<3x2xf32> {
  // CHECK: graph.constant dense_resource<[[MOVED:.*]]> : tensor<3x2xf32>
  // CHECK-NOT: graph.transpose
  %w = graph.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %0 = graph.transpose %w [1, 0] : tensor<2x3xf32>
  return %0 : tensor<3x2xf32>
}

// 1, 2, -2 and 0.5; then 1 and -2; then the columns 1 4, 2 5 and 3 6.
// CHECK: 0x400000000000803F00000040000000C00000003F
// CHECK: 0x400000000000803F000000C0
// CHECK: 0x400000000000803F00008040000000400000A040000040400000C040

{-#
  dialect_resources: {
    builtin: {
      half: "0x02000000003C004000C00038",
      brain: "0x02000000803F00C0"
    }
  }
#-}
