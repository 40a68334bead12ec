// RUN: mdc-opt %s --mdc-expand-math | FileCheck %s

// CHECK-LABEL: func @f
func.func @f(%x: vector<16xf32>, %y: vector<16xf32>) -> vector<16xf32> {
  // CHECK-NEXT: %[[SUM:.*]] = arith.addf
  // CHECK-NEXT: %[[ROOT:.*]] = math.sqrt %[[SUM]]
  // CHECK-NEXT: %[[FUSED:.*]] = math.fma %[[ROOT]]
  // CHECK-NEXT: return %[[FUSED]]
  %0 = arith.addf %x, %y : vector<16xf32>
  %1 = math.sqrt %0 : vector<16xf32>
  %2 = math.fma %1, %x, %y : vector<16xf32>
  return %2 : vector<16xf32>
}
