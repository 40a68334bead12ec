// RUN: mdc-opt %s --mdc-fuse --mdc-assign-layouts | FileCheck %s

// CHECK-LABEL: func @f
func.func @f(%x: tensor<4x16xf32>, %y: tensor<4x16xf32>) -> tensor<4x16xf32> {
  // CHECK: graph.fused "loops"(%{{.*}}, %{{.*}}) {layouts = ["", "", ""]}
  %0 = graph.binary add %x, %y : tensor<4x16xf32>, tensor<4x16xf32>
  return %0 : tensor<4x16xf32>
}
