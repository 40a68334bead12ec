// RUN: mdc-opt %s --mdc-split-variants -verify-diagnostics -split-input-file

// expected-error @+1 {{graph.variants of dimension 0 do not ascend from 1 at least to 8 at most}}
func.func @descends(%x: tensor<?xf32, affine_map<()[s0] -> (s0)>>) -> tensor<?xf32, affine_map<()[s0] -> (s0)>>
    attributes {graph.max = array<i64: 8>, graph.variants = [array<i64: 8, 1>]} {
  return %x : tensor<?xf32, affine_map<()[s0] -> (s0)>>
}

// -----

// expected-error @+1 {{graph.variants of dimension 0 do not ascend from 1 at least to 8 at most}}
func.func @above_the_largest(%x: tensor<?xf32, affine_map<()[s0] -> (s0)>>) -> tensor<?xf32, affine_map<()[s0] -> (s0)>>
    attributes {graph.max = array<i64: 8>, graph.variants = [array<i64: 1, 9>]} {
  return %x : tensor<?xf32, affine_map<()[s0] -> (s0)>>
}

// -----

// expected-error @+1 {{graph.variants is no array<i64> for each of graph.max}}
func.func @one_list_too_many(%x: tensor<?xf32, affine_map<()[s0] -> (s0)>>) -> tensor<?xf32, affine_map<()[s0] -> (s0)>>
    attributes {graph.max = array<i64: 8>, graph.variants = [array<i64: 1>, array<i64: 2>]} {
  return %x : tensor<?xf32, affine_map<()[s0] -> (s0)>>
}
