// RUN: mdc-opt %s "--mdc-launch-abi=operands=2 extents=1" -split-input-file -verify-diagnostics

func.func @an_operand_behind_the_last() {
  // expected-error @+1 {{operand 2 of a region with 2}}
  %x = kernel.operand 2 : memref<?xf32>
  return
}

// -----

func.func @an_extent_behind_the_last() {
  // expected-error @+1 {{extent 1 of a region with 1}}
  %n = kernel.extent 1
  return
}

// -----

func.func @a_main_loop_with_an_operand_behind_the_last(%n: index) {
  // expected-error @+1 {{a main loop takes operands that a region with 2 lacks}}
  kernel.main_loop "mdc_matmul_f32_64x64" operands [0, 2, -1] (%n, %n, %n, %n, %n, %n, %n, %n, %n, %n,
                                                         %n, %n, %n, %n, %n, %n)
  return
}
