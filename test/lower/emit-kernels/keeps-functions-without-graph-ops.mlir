// RUN: mdc-opt %s --mdc-emit-kernels | FileCheck %s

// CHECK: func.func @f(%[[X:.*]]: f32) -> f32
// CHECK-NEXT: return %[[X]] : f32
func.func @f(%x: f32) -> f32 {
  return %x : f32
}
