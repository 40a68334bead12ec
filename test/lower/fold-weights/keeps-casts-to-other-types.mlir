// RUN: mdc-opt %s --mdc-fold-weights | FileCheck %s

// Rounding to fewer bits belongs to the model.
// CHECK-LABEL: func @to_half
func.func @to_half() -> tensor<2xf16> {
  // CHECK: graph.cast
  %w = graph.constant dense<[1.0, 3.0]> : tensor<2xf32>
  %0 = graph.cast %w : tensor<2xf32> to tensor<2xf16>
  return %0 : tensor<2xf16>
}
