// RUN: mdc-opt --mdc-forget-calibration %s | FileCheck %s

// CHECK-LABEL: func.func @facts
// CHECK-SAME: {mdc.name = "x"}
// CHECK: graph.matmul %arg0, %arg1 {graph.compression = {precision = "int8"}}
func.func @facts(%x: tensor<4x8xf32> {mdc.name = "x", graph.range = [-1.0, 1.0]},
                 %w: tensor<8x2xf32>) -> tensor<4x2xf32> {
  %y = graph.matmul %x, %w {graph.compression = {precision = "int8"}}
      : tensor<4x8xf32>, tensor<8x2xf32>
  return %y : tensor<4x2xf32>
}
