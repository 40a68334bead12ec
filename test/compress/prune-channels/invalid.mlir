// RUN: not mdc-opt %s --mdc-prune-channels="sparsity=-0.5" 2>&1 | FileCheck %s --check-prefix=SPARSITY
// RUN: not mdc-opt %s --mdc-prune-channels="scope=model" 2>&1 | FileCheck %s --check-prefix=SCOPE

// SPARSITY: error: sparsity of -5.000000e-01, expected a number in [0, 1)
// SCOPE: error: unknown scope 'model', expected global or layer
func.func @empty() {
  return
}
