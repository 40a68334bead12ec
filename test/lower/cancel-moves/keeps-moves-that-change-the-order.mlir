// RUN: mdc-opt %s --mdc-cancel-moves | FileCheck %s

// CHECK-LABEL: func @fixed
func.func @fixed(%x: tensor<2x1x8xf32>) -> tensor<8x1x2xf32> {
  // CHECK-NEXT: graph.transpose %{{.*}} [2, 1, 0]
  %0 = graph.transpose %x [2, 1, 0] : tensor<2x1x8xf32>
  return %0 : tensor<8x1x2xf32>
}

// An open extent may be other than 1.
#open = affine_map<()[s0] -> (s0, 8)>
// CHECK-LABEL: func @open
func.func @open(%x: tensor<?x8xf32, #open>) -> tensor<8x?xf32, affine_map<()[s0] -> (8, s0)>> {
  // CHECK-NEXT: graph.transpose %{{.*}} [1, 0]
  %0 = graph.transpose %x [1, 0] : tensor<?x8xf32, #open>
  return %0 : tensor<8x?xf32, affine_map<()[s0] -> (8, s0)>>
}
