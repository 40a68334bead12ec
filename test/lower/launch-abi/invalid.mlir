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
