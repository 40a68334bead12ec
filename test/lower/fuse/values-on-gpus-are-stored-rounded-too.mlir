// RUN: mdc-opt %s --mdc-fuse=gpu=true | FileCheck %s
// RUN: mdc-opt %s --mdc-fuse | FileCheck %s --check-prefix=APART

// A product reads the norm rounded, the sum as it is.
// CHECK-LABEL: func.func @block
// CHECK: %[[BOTH:.*]]:2 = graph.fused "norm"(%arg0)
// CHECK: graph.cast
// CHECK: graph.fused "matmul"(%[[BOTH]]#1, %arg1, %[[BOTH]]#0)
// CHECK-NOT: graph.fused
// APART-LABEL: func.func @block
// APART-COUNT-3: graph.fused
func.func @block(%x: tensor<9x16xf32>, %w: tensor<16x16xbf16>) -> tensor<9x16xf32> {
  %0 = graph.norm layer %x axis 1 epsilon 1.0e-5 : tensor<9x16xf32>
  %1 = graph.cast %0 : tensor<9x16xf32> to tensor<9x16xbf16>
  %2 = graph.matmul %1, %w : tensor<9x16xbf16>, tensor<16x16xbf16>
  %3 = graph.cast %2 : tensor<9x16xbf16> to tensor<9x16xf32>
  %4 = graph.binary add %3, %0 : tensor<9x16xf32>, tensor<9x16xf32>
  return %4 : tensor<9x16xf32>
}

// The region would stand behind a reader.
// CHECK-LABEL: func.func @late
// CHECK: graph.fused "norm"
// CHECK: graph.fused
// CHECK: graph.fused
func.func @late(%x: tensor<9x16xf32>) -> (tensor<9x1xf32>, tensor<9x16xbf16>) {
  %0 = graph.norm layer %x axis 1 epsilon 1.0e-5 : tensor<9x16xf32>
  %1 = graph.reduce max %0 axes [1] : tensor<9x16xf32>
  %2 = graph.cast %0 : tensor<9x16xf32> to tensor<9x16xbf16>
  return %1, %2 : tensor<9x1xf32>, tensor<9x16xbf16>
}
