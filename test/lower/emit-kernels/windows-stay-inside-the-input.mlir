// RUN: mdc-opt %s --mdc-emit-kernels --canonicalize --cse | FileCheck %s

// CHECK-LABEL: func.func @pool()
func.func @pool(%x: tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32> {
  // CHECK: arith.constant {{.*}}0xFF800000
  // CHECK: arith.maximumf
  %0 = graph.pool max %x kernel [3, 3] strides [2, 2] pads [1, 1, 0, 0] dilations [1, 1]
      : tensor<1x3x8x8xf32> to tensor<1x3x4x4xf32>
  return %0 : tensor<1x3x4x4xf32>
}

// Three elements are read; the places around them hold the value.
// CHECK-LABEL: func.func @pad()
func.func @pad(%x: tensor<3xf32>) -> tensor<7xf32> {
  // CHECK-DAG: %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
  // CHECK-DAG: %[[X:.*]] = kernel.operand 0
  // CHECK-COUNT-3: memref.load %[[X]]
  // CHECK-NOT: memref.load
  // CHECK: vector.insert %[[ONE]], %{{.*}} [5]
  // CHECK: vector.maskedstore
  %one = graph.constant dense<1.0> : tensor<f32>
  %0 = graph.pad constant %x, %one low [2] high [2] : tensor<3xf32>, tensor<f32>
  return %0 : tensor<7xf32>
}

// A coordinate before the first or behind the last element is that element: its difference to itself.
// CHECK-LABEL: func.func @resize()
func.func @resize(%x: tensor<3xf32>) -> tensor<6xf32> {
  // CHECK: %[[FIRST:.*]] = memref.load
  // CHECK-NEXT: arith.subf %[[FIRST]], %[[FIRST]]
  // CHECK: memref.load
  // CHECK: %[[LAST:.*]] = memref.load
  // CHECK: arith.subf %[[LAST]], %[[LAST]]
  %0 = graph.resize linear %x scales [0.5] offsets [-0.25] : tensor<3xf32> to tensor<6xf32>
  return %0 : tensor<6xf32>
}
