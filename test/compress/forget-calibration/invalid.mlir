// RUN: not mdc-opt --mdc-forget-calibration %s 2>&1 | FileCheck %s
// CHECK: C2: inner extents differ
func.func @broken(%x: tensor<4x8xf32>, %w: tensor<7x2xf32>) -> tensor<4x2xf32> {
  %y = graph.matmul %x, %w {graph.ranges = [[0.0, 2.0]]} : tensor<4x8xf32>, tensor<7x2xf32>
  return %y : tensor<4x2xf32>
}
