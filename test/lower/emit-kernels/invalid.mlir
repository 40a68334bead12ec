// RUN: mdc-opt %s "--mdc-emit-kernels=isa=v9" -verify-diagnostics

// expected-error @+1 {{unknown instruction level 'v9', expected v3, v4, vnni or cuda}}
module {
  func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = graph.unary exp %x : tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
