// RUN: mdc-opt %s --mdc-fuse=gpu=true | FileCheck %s
// RUN: mdc-opt %s --mdc-fuse | FileCheck %s --check-prefix=APART

// Heads are stored where attention reads them, in its type.
// CHECK-LABEL: func.func @heads
// CHECK: graph.fused "matmul"(%arg0, %arg1, %arg2)
// CHECK: graph.reshape
// CHECK: graph.transpose
// CHECK: graph.cast {{.*}} to tensor<2x3x9x8xbf16>
// CHECK-NOT: graph.fused
// APART-LABEL: func.func @heads
// APART: graph.fused "matmul"
// APART: graph.reshape
// APART: graph.fused "loops"
func.func @heads(%x: tensor<2x9x24xf32>, %w: tensor<24x24xf32>, %b: tensor<24xf32>)
    -> tensor<2x3x9x8xbf16> {
  %0 = graph.matmul %x, %w : tensor<2x9x24xf32>, tensor<24x24xf32>
  %1 = graph.binary add %0, %b : tensor<2x9x24xf32>, tensor<24xf32>
  %2 = graph.reshape %1 : tensor<2x9x24xf32> to tensor<2x9x3x8xf32>
  %3 = graph.transpose %2 [0, 2, 1, 3] : tensor<2x9x3x8xf32>
  %4 = graph.cast %3 : tensor<2x3x9x8xf32> to tensor<2x3x9x8xbf16>
  return %4 : tensor<2x3x9x8xbf16>
}

// A reshape in the end is none of the region's.
// CHECK-LABEL: func.func @merged
// CHECK: graph.fused "matmul"
// CHECK: graph.transpose
// CHECK: }
// CHECK: graph.reshape
func.func @merged(%p: tensor<6x9x9xf32>, %v: tensor<6x9x8xf32>) -> tensor<2x9x24xf32> {
  %0 = graph.matmul %p, %v : tensor<6x9x9xf32>, tensor<6x9x8xf32>
  %1 = graph.reshape %0 : tensor<6x9x8xf32> to tensor<2x3x9x8xf32>
  %2 = graph.transpose %1 [0, 2, 1, 3] : tensor<2x3x9x8xf32>
  %3 = graph.reshape %2 : tensor<2x9x3x8xf32> to tensor<2x9x24xf32>
  return %3 : tensor<2x9x24xf32>
}

// Not where neighbours come apart, nor where others read what lies between.
// CHECK-LABEL: func.func @turned
// CHECK: graph.fused "matmul"
// CHECK: graph.fused "loops"
// CHECK-LABEL: func.func @shared
// CHECK: graph.fused "matmul"
// CHECK: graph.fused "loops"
func.func @turned(%x: tensor<9x24xf32>, %w: tensor<24x16xf32>) -> tensor<16x9xf32> {
  %0 = graph.matmul %x, %w : tensor<9x24xf32>, tensor<24x16xf32>
  %1 = graph.transpose %0 [1, 0] : tensor<9x16xf32>
  return %1 : tensor<16x9xf32>
}
func.func @shared(%x: tensor<9x24xf32>, %w: tensor<24x16xf32>)
    -> (tensor<9x2x8xf32>, tensor<2x9x8xf32>) {
  %0 = graph.matmul %x, %w : tensor<9x24xf32>, tensor<24x16xf32>
  %1 = graph.reshape %0 : tensor<9x16xf32> to tensor<9x2x8xf32>
  %2 = graph.transpose %1 [1, 0, 2] : tensor<9x2x8xf32>
  return %1, %2 : tensor<9x2x8xf32>, tensor<2x9x8xf32>
}
