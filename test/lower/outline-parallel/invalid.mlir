// RUN: mdc-opt %s --mdc-outline-parallel -split-input-file -verify-diagnostics

// Memory may have changed by the time that the body runs.
func.func @a_value_read_from_memory() {
  %x = kernel.operand 0 : memref<?xf32>
  %n = kernel.extent 0
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %first = memref.load %x[%zero] : memref<?xf32>
  // expected-error @+1 {{a parallel loop reads a value that its body cannot compute again}}
  scf.parallel (%i) = (%zero) to (%n) step (%one) {
    memref.store %first, %x[%i] : memref<?xf32>
  }
  return
}

// -----

func.func @a_value_of_a_loop_around_it() {
  %x = kernel.operand 0 : memref<?xf32>
  %n = kernel.extent 0
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %half = arith.constant 0.5 : f32
  scf.for %j = %zero to %n step %one {
    // expected-error @+1 {{a parallel loop reads a value that its body cannot compute again}}
    scf.parallel (%i) = (%zero) to (%n) step (%one) {
      %place = arith.addi %i, %j : index
      memref.store %half, %x[%place] : memref<?xf32>
    }
  }
  return
}
