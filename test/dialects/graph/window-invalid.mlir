// RUN: mdc-opt %s -split-input-file -verify-diagnostics

func.func @conv_c1_strides(%x: tensor<1x3x8x8xf32>, %w: tensor<16x3x3x3xf32>) {
  // expected-error @+1 {{C1: strides, dilations and pads for 2 spatial axes of}}
  %0 = graph.conv %x, %w strides [1] pads [0, 0, 0, 0] dilations [1, 1] groups 1
      : tensor<1x3x8x8xf32>, tensor<16x3x3x3xf32>
  return
}

// -----

func.func @conv_c1_no_spatial_axis(%x: tensor<1x3xf32>, %w: tensor<16x3xf32>) {
  // expected-error @+1 {{C1: strides, dilations and pads for 0 spatial axes of}}
  %0 = graph.conv %x, %w strides [] pads [] dilations [] groups 1 : tensor<1x3xf32>, tensor<16x3xf32>
  return
}

// -----

func.func @conv_c2(%x: tensor<1x3x8xf32>, %w: tensor<16x2x3xf32>) {
  // expected-error @+1 {{C2: 1x3x8 and weight 16x2x3 do not divide into 2 groups}}
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [1] groups 2
      : tensor<1x3x8xf32>, tensor<16x2x3xf32>
  return
}

// -----

func.func @conv_c3(%x: tensor<1x3x4xf32>, %w: tensor<16x3x3xf32>) {
  // expected-error @+1 {{C3: a window of 5 does not fit axis 2 of 1x3x4}}
  %0 = graph.conv %x, %w strides [1] pads [0, 0] dilations [2] groups 1
      : tensor<1x3x4xf32>, tensor<16x3x3xf32>
  return
}

// -----

func.func @conv_bias(%x: tensor<1x3x8xf32>, %w: tensor<16x3x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{the bias holds one value for each output channel, got 'tensor<3xf32>'}}
  %0 = graph.conv %x, %w, %b strides [1] pads [0, 0] dilations [1] groups 1
      : tensor<1x3x8xf32>, tensor<16x3x3xf32>, tensor<3xf32>
  return
}

// -----

func.func @conv_strides_are_positive(%x: tensor<1x3x8xf32>, %w: tensor<16x3x3xf32>) {
  // expected-error @+1 {{C1: strides and dilations are 1 or more}}
  %0 = graph.conv %x, %w strides [0] pads [0, 0] dilations [1] groups 1
      : tensor<1x3x8xf32>, tensor<16x3x3xf32>
  return
}

// -----

func.func @pool_c1(%x: tensor<1x3x8x8xf32>) {
  // expected-error @+1 {{C1: kernel, strides, dilations and pads for 2 spatial axes of}}
  %0 = graph.pool max %x kernel [2, 2] strides [2, 2] pads [0, 0] dilations [1, 1]
      : tensor<1x3x8x8xf32> to tensor<1x3x4x4xf32>
  return
}

// -----

func.func @pool_c2(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{C2: batch and channel change from 'tensor<1x3x8xf32>' to 'tensor<1x4x4xf32>'}}
  %0 = graph.pool max %x kernel [2] strides [2] pads [0, 0] dilations [1]
      : tensor<1x3x8xf32> to tensor<1x4x4xf32>
  return
}

// -----

func.func @resize_c1(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{C1: one scale and one offset for each axis of 'tensor<1x3x8xf32>'}}
  %0 = graph.resize floor %x scales [0.5] offsets [0.0] : tensor<1x3x8xf32> to tensor<1x3x16xf32>
  return
}

// -----

func.func @resize_c2(%x: tensor<3x8xf32>) {
  // expected-error @+1 {{C2: the rank changes from 'tensor<3x8xf32>' to 'tensor<1x3x16xf32>'}}
  %0 = graph.resize floor %x scales [1.0, 0.5] offsets [0.0, 0.0] : tensor<3x8xf32> to tensor<1x3x16xf32>
  return
}

// -----

func.func @pool_c1_stride(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{C1: kernel, strides and dilations are at least 1}}
  %0 = graph.pool max %x kernel [2] strides [0] pads [0, 0] dilations [1]
      : tensor<1x3x8xf32> to tensor<1x3x4xf32>
  return
}

// -----

func.func @pool_c3(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{C3: axis 2 has no room for 6 windows of 2}}
  %0 = graph.pool max %x kernel [2] strides [2] pads [0, 0] dilations [1]
      : tensor<1x3x8xf32> to tensor<1x3x6xf32>
  return
}

// -----

func.func @conv_c4(%x: tensor<1x3x8x8xi8>, %w: tensor<16x3x3x3xui8>) {
  // expected-error @+1 {{C4: input and weight have element types 'i8' and 'ui8'}}
  %0 = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      : tensor<1x3x8x8xi8>, tensor<16x3x3x3xui8>
  return
}

// -----

func.func @conv_c5(%x: tensor<1x3x8x8xf32>, %w: tensor<16x3x3x3xf32>) {
  // expected-error @+1 {{C5: a border of 7 around 'tensor<1x3x8x8xf32>'; only integers have one}}
  %0 = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1 {padValue = 7}
      : tensor<1x3x8x8xf32>, tensor<16x3x3x3xf32>
  return
}
