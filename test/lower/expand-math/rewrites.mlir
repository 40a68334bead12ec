// RUN: mdc-opt %s --mdc-expand-math | FileCheck %s

// CHECK-LABEL: func @functions_of_f32_become_polynomials
func.func @functions_of_f32_become_polynomials(%x: vector<16xf32>) -> vector<16xf32> {
  // CHECK-NOT: math.{{exp|log|tanh|erf|sin}}
  // CHECK: math.fma
  // CHECK-NOT: math.{{exp|log|tanh|erf|sin}}
  // CHECK: return
  %0 = math.exp %x : vector<16xf32>
  %1 = math.tanh %0 : vector<16xf32>
  %2 = math.erf %1 : vector<16xf32>
  %3 = math.sin %2 : vector<16xf32>
  return %3 : vector<16xf32>
}

// CHECK-LABEL: func @the_library_computes_what_doubles_have_no_instruction_for
func.func @the_library_computes_what_doubles_have_no_instruction_for(%x: f64) -> f64 {
  // CHECK: call @erf(%{{.*}}) : (f64) -> f64
  %0 = math.erf %x : f64
  return %0 : f64
}
