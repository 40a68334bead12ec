// RUN: mdc-opt %s -split-input-file -verify-diagnostics

func.func @unary_c1(%x: tensor<4xf32>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{'graph.unary' op inferred type(s) 'tensor<4xi1>' are incompatible}}
  %0 = "graph.unary"(%x) <{kind = 25 : i32}> : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @unary_c2_not(%x: tensor<4xf32>) {
  // expected-error @+1 {{C2: not takes i1, got 'f32'}}
  %0 = graph.unary not %x : tensor<4xf32>
  return
}

// -----

func.func @unary_c2_floats(%x: tensor<4xi64>) {
  // expected-error @+1 {{C2: exp takes floats, got 'i64'}}
  %0 = graph.unary exp %x : tensor<4xi64>
  return
}

// -----

func.func @unary_kind(%x: tensor<4xf32>) {
  // expected-error @+1 {{expected string or keyword containing one of the following enum values for attribute 'kind'}}
  %0 = graph.unary cube %x : tensor<4xf32>
  return
}

// -----

func.func @binary_c1(%a: tensor<4xf32>, %b: tensor<4xf64>) {
  // expected-error @+1 {{C1: operands have element types 'f32' and 'f64'}}
  %0 = graph.binary add %a, %b : tensor<4xf32>, tensor<4xf64>
  return
}

// -----

func.func @binary_c2(%a: tensor<4xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{shapes do not broadcast: 4 and 3}}
  %0 = graph.binary add %a, %b : tensor<4xf32>, tensor<3xf32>
  return
}

// -----

// Two dimensions that may differ at run time do not broadcast.
func.func @binary_c2_open(%a: tensor<?xf32, affine_map<()[s0] -> (s0)>>,
                          %b: tensor<?xf32, affine_map<()[s0, s1] -> (s1)>>) {
  // expected-error @+1 {{shapes do not broadcast: s0 and s1}}
  %0 = graph.binary add %a, %b : tensor<?xf32, affine_map<()[s0] -> (s0)>>, tensor<?xf32, affine_map<()[s0, s1] -> (s1)>>
  return
}

// -----

func.func @binary_c3(%a: tensor<4xf32>) {
  // expected-error @+1 {{C3: xor takes integers, got 'f32'}}
  %0 = graph.binary xor %a, %a : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

func.func @compare_c1(%a: tensor<4xi32>, %b: tensor<4xi64>) {
  // expected-error @+1 {{C1: operands have element types 'i32' and 'i64'}}
  %0 = graph.compare eq %a, %b : tensor<4xi32>, tensor<4xi64>
  return
}

// -----

func.func @compare_c2(%a: tensor<2x4xf32>, %b: tensor<2xf32>) {
  // expected-error @+1 {{shapes do not broadcast: 2x4 and 2}}
  %0 = graph.compare eq %a, %b : tensor<2x4xf32>, tensor<2xf32>
  return
}

// -----

func.func @select_c1(%c: tensor<4xi8>, %a: tensor<4xf32>) {
  // expected-error @+1 {{C1: the condition is i1, got 'i8'}}
  %0 = graph.select %c, %a, %a : tensor<4xi8>, tensor<4xf32>, tensor<4xf32>
  return
}

// -----

func.func @select_c2(%c: tensor<4xi1>, %a: tensor<4xf32>, %b: tensor<4xi32>) {
  // expected-error @+1 {{C2: values have element types 'f32' and 'i32'}}
  %0 = graph.select %c, %a, %b : tensor<4xi1>, tensor<4xf32>, tensor<4xi32>
  return
}

// -----

func.func @select_c3(%c: tensor<4xi1>, %a: tensor<3xf32>, %b: tensor<f32>) {
  // expected-error @+1 {{shapes do not broadcast: 4 and 3}}
  %0 = graph.select %c, %a, %b : tensor<4xi1>, tensor<3xf32>, tensor<f32>
  return
}

// -----

func.func @cast_c1(%x: tensor<4xf32>) {
  // expected-error @+1 {{C1: the shape changes from 'tensor<4xf32>' to 'tensor<2x2xi32>'}}
  %0 = graph.cast %x : tensor<4xf32> to tensor<2x2xi32>
  return
}
