// RUN: mdc-opt %s --mdc-fuse=gpu=true | FileCheck %s
// RUN: mdc-opt %s --mdc-fuse | FileCheck %s --check-prefix=APART

// Scale, mask and casts between the products go along, and what is read behind the second.
// CHECK-LABEL: func.func @masked
// CHECK: graph.fused "matmul"(%arg0, %arg1, %{{.*}}, %arg2)
// CHECK: graph.softmax
// CHECK: graph.cast {{.*}} to tensor<2x9x32xf32>
// CHECK-NOT: graph.fused
// APART-LABEL: func.func @masked
// APART-COUNT-3: graph.fused
func.func @masked(%q: tensor<2x9x32xbf16>, %k: tensor<2x7x32xbf16>, %v: tensor<2x7x32xbf16>,
                  %mask: tensor<1x1x7xf32>) -> tensor<2x9x32xf32> {
  %scale = graph.constant dense<0.125> : tensor<f32>
  %0 = graph.matmul %q, %k transposed : tensor<2x9x32xbf16>, tensor<2x7x32xbf16>
  %1 = graph.cast %0 : tensor<2x9x7xbf16> to tensor<2x9x7xf32>
  %2 = graph.binary mul %1, %scale : tensor<2x9x7xf32>, tensor<f32>
  %3 = graph.binary add %2, %mask : tensor<2x9x7xf32>, tensor<1x1x7xf32>
  %4 = graph.softmax %3 axis 2 : tensor<2x9x7xf32>
  %5 = graph.cast %4 : tensor<2x9x7xf32> to tensor<2x9x7xbf16>
  %6 = graph.matmul %5, %v : tensor<2x9x7xbf16>, tensor<2x7x32xbf16>
  %7 = graph.cast %6 : tensor<2x9x32xbf16> to tensor<2x9x32xf32>
  return %7 : tensor<2x9x32xf32>
}

// Of f32, or of tf32, which is its product's to say; one head.
// CHECK-LABEL: func.func @exact
// CHECK-COUNT-1: graph.fused
// CHECK-NOT: graph.fused
// APART-LABEL: func.func @exact
// APART-COUNT-3: graph.fused
func.func @exact(%q: tensor<9x32xf32>, %k: tensor<7x32xf32>, %v: tensor<7x256xf32>)
    -> tensor<9x256xf32> {
  %0 = graph.matmul %q, %k transposed : tensor<9x32xf32>, tensor<7x32xf32>
  %1 = graph.softmax %0 axis 1 : tensor<9x7xf32>
  %2 = graph.matmul %1, %v : tensor<9x7xf32>, tensor<7x256xf32>
  return %2 : tensor<9x256xf32>
}

// CHECK-LABEL: func.func @rounded
// CHECK-COUNT-1: graph.fused
// CHECK-NOT: graph.fused
func.func @rounded(%q: tensor<9x32xf32>, %k: tensor<7x32xf32>, %v: tensor<7x32xf32>)
    -> tensor<9x32xf32> {
  %0 = graph.matmul %q, %k transposed {graph.tf32} : tensor<9x32xf32>, tensor<7x32xf32>
  %1 = graph.softmax %0 axis 1 : tensor<9x7xf32>
  %2 = graph.matmul %1, %v {graph.tf32} : tensor<9x7xf32>, tensor<7x32xf32>
  return %2 : tensor<9x32xf32>
}

// A loop reads its operands from memory: bytes become floats before it.
// CHECK-LABEL: func.func @dequantized
// CHECK: %[[Q:.*]] = graph.fused "loops"(%arg0)
// CHECK: graph.fused "matmul"(%[[Q]], %arg1, %arg2)
func.func @dequantized(%q: tensor<9x32xui8>, %k: tensor<7x32xf32>, %v: tensor<7x32xf32>)
    -> tensor<9x32xf32> {
  %0 = graph.cast %q : tensor<9x32xui8> to tensor<9x32xf32>
  %1 = graph.matmul %0, %k transposed : tensor<9x32xf32>, tensor<7x32xf32>
  %2 = graph.softmax %1 axis 1 : tensor<9x7xf32>
  %3 = graph.matmul %2, %v : tensor<9x7xf32>, tensor<7x32xf32>
  return %3 : tensor<9x32xf32>
}
