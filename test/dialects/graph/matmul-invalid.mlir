// RUN: mdc-opt %s -split-input-file -verify-diagnostics

func.func @matmul_c1_rank(%a: tensor<8xf32>, %b: tensor<8x4xf32>) {
  // expected-error @+1 {{C1: operands of rank 2 or more, got 'tensor<8xf32>' and 'tensor<8x4xf32>'}}
  %0 = graph.matmul %a, %b : tensor<8xf32>, tensor<8x4xf32>
  return
}

// -----

func.func @matmul_c4(%a: tensor<4x8xf32>, %b: tensor<8x4xf16>) {
  // expected-error @+1 {{C4: operands have element types 'f32' and 'f16'}}
  %0 = graph.matmul %a, %b : tensor<4x8xf32>, tensor<8x4xf16>
  return
}

// -----

func.func @matmul_c2(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>) {
  // expected-error @+1 {{C2: inner extents differ: 4x8 times 4x8}}
  %0 = graph.matmul %a, %b : tensor<4x8xf32>, tensor<4x8xf32>
  return
}

// -----

func.func @matmul_c2_open(%a: tensor<4x?xf32, affine_map<()[s0] -> (4, s0)>>, %b: tensor<8x4xf32>) {
  // expected-error @+1 {{C2: inner extents differ: 4xs0 times 8x4}}
  %0 = graph.matmul %a, %b : tensor<4x?xf32, affine_map<()[s0] -> (4, s0)>>, tensor<8x4xf32>
  return
}

// -----

func.func @matmul_c3(%a: tensor<2x4x8xf32>, %b: tensor<3x8x4xf32>) {
  // expected-error @+1 {{C3: outer axes do not broadcast: 2x4x8 times 3x8x4}}
  %0 = graph.matmul %a, %b : tensor<2x4x8xf32>, tensor<3x8x4xf32>
  return
}
