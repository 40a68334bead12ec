// RUN: mdc-opt --mdc-forget-calibration %s | FileCheck %s

// CHECK-LABEL: func.func @noted(%arg0: tensor<4x8xf32>, %arg1: tensor<8x2xf32>)
// CHECK: graph.matmul %arg0, %arg1 : tensor
func.func @noted(%x: tensor<4x8xf32> {graph.range = [-1.0, 1.0]}, %w: tensor<8x2xf32>)
    -> tensor<4x2xf32> {
  %y = graph.matmul %x, %w {graph.ranges = [[0.0, 2.0]], graph.channel_mean = dense<0.5> : tensor<8xf32>,
                            graph.channel_max = dense<1.0> : tensor<8xf32>,
                            graph.input_sqnr_db = 40.0,
                            graph.gram = dense<1.0> : tensor<8x8xf32>}
      : tensor<4x8xf32>, tensor<8x2xf32>
  return %y : tensor<4x2xf32>
}
