// RUN: mdc-opt %s -split-input-file -verify-diagnostics

func.func @quantize_c1(%x: tensor<4xf32>) {
  // expected-error @+1 {{C1: expected f32 to ui8 or i8 of the same shape}}
  %0 = graph.quantize %x scales [0.5] zero_points [0] : tensor<4xf32> to tensor<4xi32>
  return
}

// -----

func.func @dequantize_c1(%x: tensor<4xui8>) {
  // expected-error @+1 {{C1: expected ui8, i8 or i32 to f32 of the same shape}}
  %0 = graph.dequantize %x scales [0.5] zero_points [0] : tensor<4xui8> to tensor<2xf32>
  return
}

// -----

func.func @quantize_c2_count(%x: tensor<4xf32>) {
  // expected-error @+1 {{C2: 1 scales and 2 zero points, expected as many of each}}
  %0 = graph.quantize %x scales [0.5] zero_points [0, 1] : tensor<4xf32> to tensor<4xui8>
  return
}

// -----

func.func @dequantize_c2_axis(%x: tensor<4x3xi8>) {
  // expected-error @+1 {{C2: 2 scales along axis 1 of 'tensor<4x3xi8>'}}
  %0 = graph.dequantize %x scales [0.5, 0.5] zero_points [0, 0] {axis = 1 : i64}
      : tensor<4x3xi8> to tensor<4x3xf32>
  return
}

// -----

func.func @quantize_c3(%x: tensor<4xf32>) {
  // expected-error @+1 {{C3: the scale 0.000000e+00 is no positive, finite f32}}
  %0 = graph.quantize %x scales [0.0] zero_points [0] : tensor<4xf32> to tensor<4xui8>
  return
}

// -----

func.func @dequantize_c4(%x: tensor<4xi8>) {
  // expected-error @+1 {{C4: the zero point 128 is not in [-128, 127]}}
  %0 = graph.dequantize %x scales [0.5] zero_points [128] : tensor<4xi8> to tensor<4xf32>
  return
}

// -----

func.func @quantize_c4_of_7_bits(%x: tensor<4xf32>) {
  // expected-error @+1 {{C4: the zero point 128 is not in [0, 127]}}
  %0 = graph.quantize %x scales [0.5] zero_points [128] {bits = 7 : i64}
      : tensor<4xf32> to tensor<4xui8>
  return
}

// -----

func.func @quantize_c5(%x: tensor<4xf32>) {
  // expected-error @+1 {{C5: 7 bits of 'i8', expected 8, or 7 of ui8}}
  %0 = graph.quantize %x scales [0.5] zero_points [0] {bits = 7 : i64}
      : tensor<4xf32> to tensor<4xi8>
  return
}

// -----

func.func @quantize_rows_c2(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{C2: 9 bits, expected 7 or 8}}
  %q, %scales, %zeros = graph.quantize_rows %x {bits = 9 : i64} : tensor<4x8xf32>
  return
}

// -----

func.func @quantize_rows_c1(%x: tensor<4x8xf16>) {
  // expected-error @+1 {{C1: expected f32 of rank 1 or more, got 'tensor<4x8xf16>'}}
  %q, %scales, %zeros = graph.quantize_rows %x : tensor<4x8xf16>
  return
}
