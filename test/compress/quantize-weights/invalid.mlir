// RUN: not mdc-opt --mdc-quantize-weights=granularity=row %s 2>&1 | FileCheck %s

// CHECK: Cannot find option named 'row'!
func.func @nothing() { return }
