// RUN: mdc-opt %s -split-input-file -verify-diagnostics

func.func @fused_c1(%x: tensor<4xf32>) {
  // expected-error @+1 {{C1: block arguments differ from the operands' types}}
  %0 = graph.fused "loops" (%x) : (tensor<4xf32>) -> tensor<8xf32> {
  ^bb0(%a: tensor<8xf32>):
    graph.yield %a : tensor<8xf32>
  }
  return
}

// -----

func.func @fused_c2(%x: tensor<4xf32>) {
  // expected-error @+1 {{C2: the body does not end in graph.yield of the results' types}}
  %0 = graph.fused "loops" (%x) : (tensor<4xf32>) -> tensor<4xi1> {
  ^bb0(%a: tensor<4xf32>):
    graph.yield %a : tensor<4xf32>
  }
  return
}

// -----

func.func @fused_reads_only_its_operands(%x: tensor<4xf32>) {
  // expected-note @+1 {{required by region isolation constraints}}
  %0 = graph.fused "loops" () : () -> tensor<4xf32> {
    // expected-error @+1 {{using value defined outside the region}}
    %1 = graph.unary exp %x : tensor<4xf32>
    graph.yield %1 : tensor<4xf32>
  }
  return
}

// -----

func.func @yield_belongs_to_a_region(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'graph.yield' op expects parent op 'graph.fused'}}
  graph.yield %x : tensor<4xf32>
}
