// RUN: not mdc-opt %s --mdc-prune="pattern=2:4" 2>&1 | FileCheck %s --check-prefix=PATTERN
// RUN: not mdc-opt %s --mdc-prune="pattern=block-1x5" 2>&1 | FileCheck %s --check-prefix=BLOCK
// RUN: not mdc-opt %s --mdc-prune="sparsity=1" 2>&1 | FileCheck %s --check-prefix=SPARSITY
// RUN: not mdc-opt %s --mdc-prune="scope=model" 2>&1 | FileCheck %s --check-prefix=SCOPE

// PATTERN: error: unknown pattern '2:4', expected unstructured or block-1xN with N of 4, 8, 16 or 32
// BLOCK: error: unknown pattern 'block-1x5'
// SPARSITY: error: sparsity of 1.000000e+00, expected a number in [0, 1)
// SCOPE: error: unknown scope 'model', expected global or layer
func.func @empty() {
  return
}
