// RUN: mdc-opt %s -split-input-file -verify-diagnostics

func.func @reduce_c1_axis(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{no axis 2 in 'tensor<4x8xf32>'}}
  %0 = graph.reduce sum %x axes [2] : tensor<4x8xf32>
  return
}

// -----

func.func @reduce_c1_order(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{C1: axes [1, 0] are not ascending}}
  %0 = graph.reduce sum %x axes [1, 0] : tensor<4x8xf32>
  return
}

// -----

func.func @reduce_c1_twice(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{C1: axes [1, 1] are not ascending}}
  %0 = graph.reduce sum %x axes [1, 1] : tensor<4x8xf32>
  return
}

// -----

func.func @arg_reduce_c1(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{C1: the kind is max or min, got sum}}
  %0 = graph.arg_reduce sum %x axis 1 : tensor<4x8xf32>
  return
}

// -----

func.func @arg_reduce_c2(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{no axis -1 in 'tensor<4x8xf32>'}}
  %0 = graph.arg_reduce max %x axis -1 : tensor<4x8xf32>
  return
}

// -----

func.func @softmax_c1(%x: tensor<4x8xi32>) {
  // expected-error @+1 {{C1: takes floats, got 'tensor<4x8xi32>'}}
  %0 = graph.softmax %x axis 1 : tensor<4x8xi32>
  return
}

// -----

func.func @softmax_c2(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{no axis 2 in 'tensor<4x8xf32>'}}
  %0 = graph.softmax %x axis 2 : tensor<4x8xf32>
  return
}

// -----

func.func @norm_c1(%x: tensor<4x8xi32>) {
  // expected-error @+1 {{C1: takes floats, got 'tensor<4x8xi32>'}}
  %0 = graph.norm layer %x axis 1 epsilon 1.0e-5 : tensor<4x8xi32>
  return
}

// -----

func.func @norm_c2(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{no axis 2 in 'tensor<4x8xf32>'}}
  %0 = graph.norm rms %x axis 2 epsilon 1.0e-5 : tensor<4x8xf32>
  return
}

// -----

func.func @cumsum_c1(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{no axis 2 in 'tensor<4x8xf32>'}}
  %0 = graph.cumsum %x axis 2 : tensor<4x8xf32>
  return
}
