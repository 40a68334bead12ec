// RUN: mdc-opt %s -split-input-file -verify-diagnostics

func.func @gather_c1(%x: tensor<4x8xf32>, %i: tensor<2xf32>) {
  // expected-error @+1 {{C1: the indices are i32 or i64, got 'f32'}}
  %0 = graph.gather %x, %i axis 0 : tensor<4x8xf32>, tensor<2xf32>
  return
}

// -----

func.func @gather_c2(%x: tensor<4x8xf32>, %i: tensor<2xi64>) {
  // expected-error @+1 {{C2: no axis 2 in 'tensor<4x8xf32>'}}
  %0 = graph.gather %x, %i axis 2 : tensor<4x8xf32>, tensor<2xi64>
  return
}

// -----

func.func @gather_elements_c1(%x: tensor<4x8xf32>, %i: tensor<2xi64>) {
  // expected-error @+1 {{C1: data of rank 2, indices of rank 1}}
  %0 = graph.gather_elements %x, %i axis 0 : tensor<4x8xf32>, tensor<2xi64>
  return
}

// -----

func.func @gather_elements_c2(%x: tensor<4x8xf32>, %i: tensor<4x2xi8>) {
  // expected-error @+1 {{C2: the indices are i32 or i64, got 'i8'}}
  %0 = graph.gather_elements %x, %i axis 0 : tensor<4x8xf32>, tensor<4x2xi8>
  return
}

// -----

func.func @gather_elements_axis(%x: tensor<4x8xf32>, %i: tensor<4x2xi64>) {
  // expected-error @+1 {{no axis -1 in 'tensor<4x8xf32>'}}
  %0 = graph.gather_elements %x, %i axis -1 : tensor<4x8xf32>, tensor<4x2xi64>
  return
}

// -----

func.func @gather_nd_c1(%x: tensor<4x8xf32>, %i: tensor<3x3xi64>) {
  // expected-error @+1 {{C1: index tuples of 'tensor<3x3xi64>' do not fit 'tensor<4x8xf32>'}}
  %0 = graph.gather_nd %x, %i batch_dims 0 : tensor<4x8xf32>, tensor<3x3xi64>
  return
}

// -----

func.func @gather_nd_c1_open(%x: tensor<4x8xf32>,
                             %i: tensor<3x?xi64, affine_map<()[s0] -> (3, s0)>>) {
  // expected-error @+1 {{C1: index tuples of}}
  %0 = graph.gather_nd %x, %i batch_dims 0 : tensor<4x8xf32>, tensor<3x?xi64, affine_map<()[s0] -> (3, s0)>>
  return
}

// -----

func.func @gather_nd_c2(%x: tensor<4x8xf32>, %i: tensor<3x2xf32>) {
  // expected-error @+1 {{C2: the indices are i32 or i64, got 'f32'}}
  %0 = graph.gather_nd %x, %i batch_dims 0 : tensor<4x8xf32>, tensor<3x2xf32>
  return
}
