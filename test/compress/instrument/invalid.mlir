// RUN: mdc-opt %s --mdc-instrument -verify-diagnostics

// expected-error @below {{has more than one block, expected a graph}}
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  cf.br ^bb1
^bb1:
  return %x : tensor<2xf32>
}
