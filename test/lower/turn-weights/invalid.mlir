// RUN: mdc-opt %s --mdc-turn-weights | FileCheck %s

// What a request brings is not known when the model is built, one repeated value is no weight, and
// a batch of matrices is no matrix.

// CHECK-LABEL: func.func @from_a_request
// CHECK: graph.matmul %arg0, %arg1 : tensor<4x3xui8>, tensor<3x2xi8>
func.func @from_a_request(%x: tensor<4x3xui8>, %w: tensor<3x2xi8>) -> tensor<4x2xi32> {
  %0 = graph.matmul %x, %w : tensor<4x3xui8>, tensor<3x2xi8>
  return %0 : tensor<4x2xi32>
}

// CHECK-LABEL: func.func @one_repeated_value
// CHECK: graph.matmul %arg0, %{{.*}} : tensor<4x3xui8>, tensor<3x2xi8>
func.func @one_repeated_value(%x: tensor<4x3xui8>) -> tensor<4x2xi32> {
  %w = graph.constant dense<3> : tensor<3x2xi8>
  %0 = graph.matmul %x, %w : tensor<4x3xui8>, tensor<3x2xi8>
  return %0 : tensor<4x2xi32>
}

// CHECK-LABEL: func.func @batch
// CHECK: graph.matmul %arg0, %{{.*}} : tensor<2x4x2xui8>, tensor<2x2x1xi8>
func.func @batch(%x: tensor<2x4x2xui8>) -> tensor<2x4x1xi32> {
  %w = graph.constant dense<[[[1], [2]], [[3], [4]]]> : tensor<2x2x1xi8>
  %0 = graph.matmul %x, %w : tensor<2x4x2xui8>, tensor<2x2x1xi8>
  return %0 : tensor<2x4x1xi32>
}
