// RUN: mdc-opt %s -split-input-file -verify-diagnostics

func.func @slice_c1_starts(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{C1: one start and one non-zero step for each of 2 axes}}
  %0 = graph.slice %x from affine_map<() -> (0)> by [1, 1] : tensor<4x8xf32> to tensor<4x8xf32>
  return
}

// -----

func.func @slice_c1_step_zero(%x: tensor<4xf32>) {
  // expected-error @+1 {{C1: one start and one non-zero step for each of 1 axes}}
  %0 = graph.slice %x from affine_map<() -> (0)> by [0] : tensor<4xf32> to tensor<4xf32>
  return
}

// -----

func.func @slice_c2_end(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{C2: elements 2 to 8 of axis 1 leave an extent of 8}}
  %0 = graph.slice %x from affine_map<() -> (0, 2)> by [1, 2] : tensor<4x8xf32> to tensor<4x4xf32>
  return
}

// -----

func.func @slice_c2_backwards(%x: tensor<4xf32>) {
  // expected-error @+1 {{C2: elements 1 to -1 of axis 0 leave an extent of 4}}
  %0 = graph.slice %x from affine_map<() -> (1)> by [-1] : tensor<4xf32> to tensor<3xf32>
  return
}

// -----

func.func @pad_c1(%x: tensor<4x8xf32>, %zero: tensor<f32>) {
  // expected-error @+1 {{C1: one low and one high width for each axis of 'tensor<4x8xf32>'}}
  %0 = graph.pad constant %x, %zero low [1] high [0, 1] : tensor<4x8xf32>, tensor<f32>
  return
}

// -----

func.func @pad_c2(%x: tensor<4x8xf32>, %zero: tensor<i32>) {
  // expected-error @+1 {{C2: the value is 'tensor<i32>', the input 'tensor<4x8xf32>'}}
  %0 = graph.pad constant %x, %zero low [0, 1] high [0, 1] : tensor<4x8xf32>, tensor<i32>
  return
}

// -----

func.func @pad_crops_more_than_there_is(%x: tensor<4xf32>, %zero: tensor<f32>) {
  // expected-error @+1 {{C1: axis 0 of 'tensor<4xf32>' is cropped to -2 elements}}
  %0 = graph.pad constant %x, %zero low [-3] high [-3] : tensor<4xf32>, tensor<f32>
  return
}
