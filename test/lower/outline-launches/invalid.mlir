// RUN: mdc-opt %s --mdc-outline-launches -split-input-file -verify-diagnostics

func.func @a_count_from_memory() {
  %x = kernel.operand 0 : memref<?xindex>
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = memref.load %x[%zero] : memref<?xindex>
  // expected-error @+1 {{a parallel loop has a count that is no expression of extents}}
  scf.parallel (%i) = (%zero) to (%n) step (%one) {
    memref.store %i, %x[%i] : memref<?xindex>
  }
  return
}

// -----

func.func @a_value_read_before_the_loop() {
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

func.func @a_store_by_no_thread() {
  %x = kernel.operand 0 : memref<?xf32>
  %zero = arith.constant 0 : index
  %half = arith.constant 0.5 : f32
  // expected-error @+1 {{code outside of every parallel loop has an effect}}
  memref.store %half, %x[%zero] : memref<?xf32>
  return
}
