// RUN: mdc-opt %s --mdc-fold-weights | FileCheck %s

// What a request brings is not known when the model is built, and one repeated value is no weight.

// CHECK-LABEL: func @from_a_request
func.func @from_a_request(%x: tensor<2x3xf16>) -> tensor<3x2xf32> {
  // CHECK: graph.cast
  // CHECK: graph.transpose
  %0 = graph.cast %x : tensor<2x3xf16> to tensor<2x3xf32>
  %1 = graph.transpose %0 [1, 0] : tensor<2x3xf32>
  return %1 : tensor<3x2xf32>
}

// CHECK-LABEL: func @one_repeated_value
func.func @one_repeated_value() -> tensor<3x2xf32> {
  // CHECK: graph.transpose
  %w = graph.constant dense<1.0> : tensor<2x3xf32>
  %0 = graph.transpose %w [1, 0] : tensor<2x3xf32>
  return %0 : tensor<3x2xf32>
}
