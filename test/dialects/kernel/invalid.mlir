// RUN: mdc-opt %s -split-input-file -verify-diagnostics

func.func @operand_c1() {
  // expected-error @+1 {{C1: negative index}}
  %0 = kernel.operand -1 : memref<?xf32>
  return
}

// -----

func.func @operand_c2_fixed() {
  // expected-error @+1 {{C2: the memref has one axis of open extent, got 'memref<4xf32>'}}
  %0 = kernel.operand 0 : memref<4xf32>
  return
}

// -----

func.func @operand_c2_rank() {
  // expected-error @+1 {{C2: the memref has one axis of open extent, got 'memref<?x4xf32>'}}
  %0 = kernel.operand 0 : memref<?x4xf32>
  return
}

// -----

func.func @extent_c1() {
  // expected-error @+1 {{C1: negative index}}
  %0 = kernel.extent -2
  return
}

// -----

func.func @launch_c1_missing() {
  %n = kernel.extent 0
  // expected-error @+1 {{C1: 'nothing' is no function with two index arguments}}
  kernel.launch @nothing over %n
  return
}

// -----

func.func @launch_c1_arguments() {
  %n = kernel.extent 0
  // expected-error @+1 {{C1: 'body' is no function with two index arguments}}
  kernel.launch @body over %n
  return
}
func.func private @body(%first: index) {
  return
}

// -----

func.func @main_loop_c1_negative_operand(%n: index) {
  // expected-error @+1 {{C1: negative operand}}
  kernel.main_loop "mdc_matmul_f32_64x64" operands [0, -2, -1] (
      %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n)
  return
}

// -----

func.func @main_loop_c3_map_of_no_operand(%n: index) {
  // expected-error @+1 {{C3: a tensor map of no operand}}
  kernel.main_loop "mdc_matmul_sm90a_bf16_64x64" operands [0, -1, -1] mapped [0, 1] (
      %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n)
  return
}

// -----

func.func @main_loop_c2_numbers(%n: index) {
  // expected-error @+1 {{C2: 2 numbers, expected 16, 20 or 21}}
  kernel.main_loop "mdc_matmul_f32_64x64" operands [0, 1, -1] (%n, %n)
  return
}

// -----

func.func @main_loop_c1_operands(%n: index) {
  // expected-error @+1 {{C1: 2 operands, expected 3}}
  kernel.main_loop "mdc_matmul_f32_64x64" operands [0, 1] (%n, %n)
  return
}
