// RUN: mdc-opt %s -split-input-file -verify-diagnostics

func.func @constant_c1() {
  // expected-error @+1 {{failed to verify that all of {value, result} have same type}}
  %0 = "graph.constant"() <{value = dense<1.0> : tensor<4xf32>}> : () -> tensor<8xf32>
  return
}

// -----

func.func @extents_c1_count() {
  // expected-error @+1 {{C1: a map of 2 results does not fill 'tensor<3xi64>'}}
  %0 = graph.extents affine_map<()[s0] -> (s0, 8)> : tensor<3xi64>
  return
}

// -----

func.func @extents_c1_type() {
  // expected-error @+1 {{C1: a map of 1 results does not fill 'tensor<1xf32>'}}
  %0 = graph.extents affine_map<()[s0] -> (s0)> : tensor<1xf32>
  return
}

// -----

func.func @reshape_c1(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{C1: 32 elements do not fill 'tensor<31xf32>'}}
  %0 = graph.reshape %x : tensor<4x8xf32> to tensor<31xf32>
  return
}

// -----

func.func @transpose_c1_missing(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{C1: [0, 0] is no permutation of the axes of 'tensor<4x8xf32>'}}
  %0 = graph.transpose %x [0, 0] : tensor<4x8xf32>
  return
}

// -----

func.func @transpose_c1_outside(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{no axis 2 in 'tensor<4x8xf32>'}}
  %0 = graph.transpose %x [0, 2] : tensor<4x8xf32>
  return
}

// -----

func.func @broadcast_c1(%x: tensor<2x8xf32>) {
  // expected-error @+1 {{C1: 'tensor<2x8xf32>' does not broadcast to 'tensor<4x8xf32>'}}
  %0 = graph.broadcast %x : tensor<2x8xf32> to tensor<4x8xf32>
  return
}

// -----

func.func @broadcast_c1_narrower(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{C1: 'tensor<4x8xf32>' does not broadcast to 'tensor<1x8xf32>'}}
  %0 = graph.broadcast %x : tensor<4x8xf32> to tensor<1x8xf32>
  return
}

// -----

func.func @concat_c1() {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{C1: nothing to concatenate}}
  %0 = "graph.concat"() <{axis = 0 : i64}> : () -> tensor<4xf32>
  return
}

// -----

func.func @concat_c2_extents(%a: tensor<4x8xf32>, %b: tensor<5x8xf32>) {
  // expected-error @+1 {{C2: 4x8 and 5x8 differ outside axis 1}}
  %0 = graph.concat %a, %b axis 1 : tensor<4x8xf32>, tensor<5x8xf32>
  return
}

// -----

func.func @concat_c2_types(%a: tensor<4xf32>, %b: tensor<4xf64>) {
  // expected-error @+1 {{C2: 4 of 'f32' and 4 of 'f64' do not join}}
  %0 = graph.concat %a, %b axis 0 : tensor<4xf32>, tensor<4xf64>
  return
}

// -----

func.func @concat_axis(%a: tensor<4xf32>) {
  // expected-error @+1 {{no axis 1 in 'tensor<4xf32>'}}
  %0 = graph.concat %a, %a axis 1 : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

func.func @iota_c1() {
  // expected-error @+1 {{C1: no axis 1 in 'tensor<4xi64>'}}
  %0 = graph.iota axis 1 : tensor<4xi64>
  return
}
