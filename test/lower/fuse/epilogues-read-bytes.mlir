// RUN: mdc-opt --mdc-fuse %s | FileCheck %s

// The second product stores bytes, not the numbers that they stand for; the sum that reads them as
// numbers is the first product's.
// CHECK-LABEL: @residual
// CHECK: %[[BYTES:.*]] = graph.fused "matmul"(%arg0, %arg1) : {{.*}} -> tensor<4x4xui8>
// CHECK: graph.fused "matmul"(%arg0, %arg2, %[[BYTES]]) : {{.*}} -> tensor<4x4xf32>
// CHECK: graph.cast {{.*}} : tensor<4x4xui8> to tensor<4x4xf32>
// CHECK-NOT: graph.fused
func.func @residual(%x: tensor<4x8xf32>, %v: tensor<8x4xf32>, %w: tensor<8x4xf32>)
    -> tensor<4x4xf32> {
  %scale = graph.constant dense<0.5> : tensor<f32>
  %b = graph.matmul %x, %w : tensor<4x8xf32>, tensor<8x4xf32>
  %a = graph.matmul %x, %v : tensor<4x8xf32>, tensor<8x4xf32>
  %q = graph.cast %a : tensor<4x4xf32> to tensor<4x4xui8>
  %c = graph.cast %q : tensor<4x4xui8> to tensor<4x4xf32>
  %d = graph.binary mul %c, %scale : tensor<4x4xf32>, tensor<f32>
  %s = graph.binary add %b, %d : tensor<4x4xf32>, tensor<4x4xf32>
  return %s : tensor<4x4xf32>
}

// What a product itself reads is made before it.
// CHECK-LABEL: @operand
// CHECK: %[[X:.*]] = graph.fused "loops"(%arg0)
// CHECK: graph.fused "matmul"(%[[X]], %arg1)
func.func @operand(%q: tensor<4x8xui8>, %w: tensor<8x4xf32>) -> tensor<4x4xf32> {
  %x = graph.cast %q : tensor<4x8xui8> to tensor<4x8xf32>
  %y = graph.matmul %x, %w : tensor<4x8xf32>, tensor<8x4xf32>
  return %y : tensor<4x4xf32>
}
