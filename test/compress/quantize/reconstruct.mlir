// RUN: mdc-opt --mdc-quantize=reconstruct=true %s | FileCheck %s

// 0.30307 is 38.49 steps: both weights are rounded down where nothing says that their inputs go
// together.
// CHECK-LABEL: @apart
// CHECK: graph.constant dense<{{\[\[}}127], [38], [38]]> : tensor<3x1xi8>
func.func @apart(%x: tensor<4x3xf32> {graph.range = [0.0, 1.0]}) -> tensor<4x1xf32> {
  %w = graph.constant dense<[[1.0], [0.30307], [0.30307]]> : tensor<3x1xf32>
  %y = graph.matmul %x, %w {graph.gram = dense<[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]> : tensor<3x3xf32>}
      : tensor<4x3xf32>, tensor<3x1xf32>
  return %y : tensor<4x1xf32>
}

// They do: what one is too small the other makes good.
// CHECK-LABEL: @together
// CHECK: graph.constant dense<{{\[\[}}127], [39], [38]]> : tensor<3x1xi8>
func.func @together(%x: tensor<4x3xf32> {graph.range = [0.0, 1.0]}) -> tensor<4x1xf32> {
  %w = graph.constant dense<[[1.0], [0.30307], [0.30307]]> : tensor<3x1xf32>
  %y = graph.matmul %x, %w {graph.gram = dense<[[1.0, 0.0, 0.0], [0.0, 1.0, 0.98], [0.0, 0.98, 1.0]]> : tensor<3x3xf32>}
      : tensor<4x3xf32>, tensor<3x1xf32>
  return %y : tensor<4x1xf32>
}
