// RUN: mdc-opt --mdc-quantize -split-input-file -verify-diagnostics %s

// expected-error @+1 {{graph.range of argument 0: expected finite [low, high], got}}
func.func @upside_down(%x: tensor<4x2xf32> {graph.range = [2.0, 1.0]}) -> tensor<4x2xf32> {
  return %x : tensor<4x2xf32>
}

// -----

func.func @one_number(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  // expected-error @+1 {{graph.ranges: expected a finite [low, high] for each of 1 results}}
  %y = graph.unary relu %x {graph.ranges = [[0.0]]} : tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// -----

func.func @infinite(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  // expected-error @+1 {{graph.ranges: expected a finite [low, high] for each of 1 results}}
  %y = graph.unary relu %x {graph.ranges = [[0.0, 0x7FF0000000000000]]} : tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// -----

func.func @no_number(%x: tensor<4x2xf32> {graph.range = [0.0, 1.0]}) -> tensor<4x2xf32> {
  %w = graph.constant dense<0.5> : tensor<2x2xf32>
  // expected-error @+1 {{graph.input_sqnr_db: expected a finite number, got "much"}}
  %y = graph.matmul %x, %w {graph.input_sqnr_db = "much"} : tensor<4x2xf32>, tensor<2x2xf32>
  return %y : tensor<4x2xf32>
}
