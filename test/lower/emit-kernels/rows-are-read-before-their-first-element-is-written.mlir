// RUN: mdc-opt %s --mdc-emit-kernels --canonicalize --cse | FileCheck %s

// Maximum, exponentials with their sum, quotient; the exponentials wait in the result.
// CHECK-LABEL: func.func @softmax()
func.func @softmax(%x: tensor<5x32xf32>) -> tensor<5x32xf32> {
  // CHECK: %[[Y:.*]] = kernel.operand 1
  // CHECK: arith.maximumf
  // CHECK: math.exp
  // CHECK: vector.store %{{.*}}, %[[Y]]
  // CHECK: arith.divf
  // CHECK: vector.load %[[Y]]
  // CHECK: vector.store %{{.*}}, %[[Y]]
  %0 = graph.softmax %x axis 1 : tensor<5x32xf32>
  return %0 : tensor<5x32xf32>
}

// Mean, variance, then the row.
// CHECK-LABEL: func.func @norm()
func.func @norm(%x: tensor<5x32xf32>) -> tensor<5x32xf32> {
  // CHECK: iter_args
  // CHECK: iter_args
  // CHECK: math.sqrt
  // CHECK: vector.store
  %0 = graph.norm layer %x axis 1 epsilon 1.0e-5 : tensor<5x32xf32>
  return %0 : tensor<5x32xf32>
}

// CHECK-LABEL: func.func @reduce_along_the_lanes()
func.func @reduce_along_the_lanes(%x: tensor<5x32xf32>) -> tensor<5x1xf32> {
  // CHECK: iter_args(%{{.*}}) -> (vector<16xf32>)
  // CHECK: vector.load
  // CHECK: memref.store
  %0 = graph.reduce sum %x axes [1] : tensor<5x32xf32>
  return %0 : tensor<5x1xf32>
}

// Rows side by side: 16 sums at a time, none across lanes.
// CHECK-LABEL: func.func @reduce_across_the_lanes()
func.func @reduce_across_the_lanes(%x: tensor<5x32xf32>) -> tensor<1x32xf32> {
  // CHECK: iter_args(%{{.*}}) -> (vector<16xf32>)
  // CHECK: vector.load
  // CHECK: vector.store
  %0 = graph.reduce sum %x axes [0] : tensor<5x32xf32>
  return %0 : tensor<1x32xf32>
}

// Range, scale and zero point, then the row as bytes.
// CHECK-LABEL: func.func @quantize_rows()
func.func @quantize_rows(%x: tensor<5x32xf32>) -> (tensor<5x32xui8>, tensor<5x1xf32>, tensor<5x1xi32>) {
  // CHECK: iter_args(%{{.*}}, %{{.*}}, %{{.*}}) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>)
  // CHECK: memref.store
  // CHECK: memref.store
  // CHECK: math.fma
  // CHECK: vector.store %{{.*}} : memref<?xi8>, vector<16xi8>
  %q, %s, %z = graph.quantize_rows %x : tensor<5x32xf32>
  return %q, %s, %z : tensor<5x32xui8>, tensor<5x1xf32>, tensor<5x1xi32>
}
