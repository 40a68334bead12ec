// RUN: mdc-opt --mdc-quantize %s | FileCheck %s

// All of the multiply-adds are too many to stay float, whatever the noise.
// CHECK-LABEL: @the_whole_network
// CHECK: graph.quantize %arg0
// CHECK: graph.matmul {{.*}}precision = "int8"
func.func @the_whole_network(%x: tensor<4x2xf32> {graph.range = [0.0, 1.0]}) -> tensor<4x2xf32> {
  %w = graph.constant dense<0.5> : tensor<2x2xf32>
  %y = graph.matmul %x, %w {graph.input_sqnr_db = 10.0} : tensor<4x2xf32>, tensor<2x2xf32>
  return %y : tensor<4x2xf32>
}

// Cheap, but bytes are good enough; of the other product nothing is known.
// CHECK-LABEL: @little_noise
// CHECK-COUNT-2: precision = "int8"
func.func @little_noise(%x: tensor<4x64xf32> {graph.range = [0.0, 1.0]},
                        %m: tensor<4x2xf32> {graph.range = [0.0, 1.0]})
    -> (tensor<4x64xf32>, tensor<4x2xf32>) {
  %w = graph.constant dense<0.5> : tensor<64x64xf32>
  %v = graph.constant dense<0.5> : tensor<2x2xf32>
  %y = graph.matmul %x, %w : tensor<4x64xf32>, tensor<64x64xf32>
  %z = graph.matmul %m, %v {graph.input_sqnr_db = 40.0} : tensor<4x2xf32>, tensor<2x2xf32>
  return %y, %z : tensor<4x64xf32>, tensor<4x2xf32>
}
