// RUN: mdc-opt %s --mdc-expand-math | FileCheck %s
// RUN: mdc-opt %s --mdc-expand-math=has-bf16 | FileCheck %s --check-prefix=BF16

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

// There is no instruction to bf16, and a call's function would be missing.
// CHECK-LABEL: func @numbers_come_to_bf16_through_f32
func.func @numbers_come_to_bf16_through_f32(%i: vector<16xi64>, %x: f64) -> (vector<16xbf16>, bf16) {
  // CHECK: arith.sitofp %{{.*}} : vector<16xi64> to vector<16xf32>
  // CHECK: arith.truncf %{{.*}} : f64 to f32
  // CHECK-NOT: arith.truncf {{.*}}bf16
  // CHECK: return
  %0 = arith.sitofp %i : vector<16xi64> to vector<16xbf16>
  %1 = arith.truncf %x : f64 to bf16
  return %0, %1 : vector<16xbf16>, bf16
}

// CHECK-LABEL: func @rounding_is_written_out_where_the_machine_has_none
// BF16-LABEL: func @rounding_is_written_out_where_the_machine_has_none
func.func @rounding_is_written_out_where_the_machine_has_none(%x: f32, %i: i64) -> (bf16, bf16, f32) {
  // CHECK-NOT: arith.{{trunc|ext}}f
  // CHECK: return
  // BF16: arith.truncf %{{.*}} : f32 to bf16
  // BF16: %[[F32:.*]] = arith.sitofp %{{.*}} : i64 to f32
  // BF16: arith.truncf %[[F32]] : f32 to bf16
  // BF16: arith.extf %{{.*}} : bf16 to f32
  %0 = arith.truncf %x : f32 to bf16
  %1 = arith.sitofp %i : i64 to bf16
  %2 = arith.extf %0 : bf16 to f32
  return %0, %1, %2 : bf16, bf16, f32
}
