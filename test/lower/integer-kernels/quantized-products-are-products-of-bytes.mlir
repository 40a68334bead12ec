// RUN: mdc-opt --mdc-integer-kernels %s | FileCheck %s

// i8 rows become ui8 by 128, which the zero point carries; the transposed weight stays a constant.
// CHECK-LABEL: @signed_rows
// CHECK-DAG: %[[EXCESS:.*]] = graph.constant dense<-2096> : tensor<4xi32>
// CHECK-DAG: %[[SCALES:.*]] = graph.constant dense<[2.500000e-01, 1.250000e-01, 6.250000e-02, 5.000000e-01]>
// CHECK-DAG: %[[BY:.*]] = graph.constant dense<128> : tensor<i32>
// CHECK: %[[MOVED:.*]] = graph.binary add %{{.*}}, %[[BY]]
// CHECK: %[[ROWS:.*]] = graph.cast %[[MOVED]] : tensor<5x8xi32> to tensor<5x8xui8>
// CHECK: %[[SUMS:.*]] = graph.matmul %[[ROWS]], %{{.*}} : tensor<5x8xui8>, tensor<8x4xi8>
// CHECK: %[[EXACT:.*]] = graph.binary add %[[SUMS]], %[[EXCESS]]
// CHECK: %[[WIDE:.*]] = graph.cast %[[EXACT]]
// CHECK: graph.binary mul %[[WIDE]], %[[SCALES]]
func.func @signed_rows(%q: tensor<5x8xi8>) -> tensor<5x4xf32> {
  %d = graph.dequantize %q scales [0.5] zero_points [3] : tensor<5x8xi8> to tensor<5x8xf32>
  %c = graph.constant dense<2> : tensor<4x8xi8>
  %w = graph.dequantize %c scales [0.5, 0.25, 0.125, 1.0] zero_points [0, 0, 0, 0]
      : tensor<4x8xi8> to tensor<4x8xf32>
  %t = graph.transpose %w [1, 0] : tensor<4x8xf32>
  %y = graph.matmul %d, %t : tensor<5x8xf32>, tensor<8x4xf32>
  return %y : tensor<5x4xf32>
}

// CHECK-LABEL: @weights_alone
// CHECK: %[[SUMS:.*]] = graph.matmul %arg0, %{{.*}} : tensor<5x8xf32>, tensor<8x4xi8>
// CHECK: graph.binary mul %[[SUMS]]
func.func @weights_alone(%x: tensor<5x8xf32>) -> tensor<5x4xf32> {
  %c = graph.constant dense<2> : tensor<8x4xi8>
  %w = graph.dequantize %c scales [0.5, 0.25, 0.125, 1.0] zero_points [0, 0, 0, 0] {axis = 1 : i64}
      : tensor<8x4xi8> to tensor<8x4xf32>
  %y = graph.matmul %x, %w : tensor<5x8xf32>, tensor<8x4xf32>
  return %y : tensor<5x4xf32>
}

// Weights in u8 around 128, and a zero point that is known at run time: what MatMulInteger becomes.
// CHECK-LABEL: @integers
// CHECK-DAG: %[[BYTES:.*]] = graph.constant dense<72> : tensor<8x4xi8>
// CHECK-DAG: %[[COLUMNS:.*]] = graph.constant dense<576> : tensor<4xi32>
// CHECK: %[[ZERO:.*]] = graph.cast %arg1 : tensor<ui8> to tensor<i32>
// CHECK: %[[SUMS:.*]] = graph.matmul %arg0, %[[BYTES]]
// CHECK: %[[EXCESS:.*]] = graph.binary mul %[[ZERO]], %[[COLUMNS]]
// CHECK: graph.binary sub %[[SUMS]], %[[EXCESS]]
func.func @integers(%q: tensor<5x8xui8>, %z: tensor<ui8>) -> tensor<5x4xi32> {
  %a = graph.cast %q : tensor<5x8xui8> to tensor<5x8xi32>
  %zi = graph.cast %z : tensor<ui8> to tensor<i32>
  %s = graph.binary sub %a, %zi : tensor<5x8xi32>, tensor<i32>
  %c = graph.constant dense<200> : tensor<8x4xui8>
  %ci = graph.cast %c : tensor<8x4xui8> to tensor<8x4xi32>
  %cz = graph.constant dense<128> : tensor<i32>
  %cs = graph.binary sub %ci, %cz : tensor<8x4xi32>, tensor<i32>
  %y = graph.matmul %s, %cs : tensor<5x8xi32>, tensor<8x4xi32>
  return %y : tensor<5x4xi32>
}
