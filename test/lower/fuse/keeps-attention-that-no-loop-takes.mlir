// RUN: mdc-opt %s --mdc-fuse=gpu=true | FileCheck %s

// Of heads too large (of tf32 there is no loop for 256), one product rounded, few rows of f32, more
// batch entries than a grid has, along another axis, with scores that somebody else reads.
// CHECK-LABEL: func.func @large_heads
// CHECK-COUNT-3: graph.fused
func.func @large_heads(%q: tensor<9x288xf16>, %k: tensor<7x288xf16>, %v: tensor<7x32xf16>)
    -> tensor<9x32xf16> {
  %0 = graph.matmul %q, %k transposed : tensor<9x288xf16>, tensor<7x288xf16>
  %1 = graph.softmax %0 axis 1 : tensor<9x7xf16>
  %2 = graph.matmul %1, %v : tensor<9x7xf16>, tensor<7x32xf16>
  return %2 : tensor<9x32xf16>
}

// CHECK-LABEL: func.func @large_rounded_heads
// CHECK-COUNT-3: graph.fused
func.func @large_rounded_heads(%q: tensor<9x160xf32>, %k: tensor<7x160xf32>, %v: tensor<7x32xf32>)
    -> tensor<9x32xf32> {
  %0 = graph.matmul %q, %k transposed {graph.tf32} : tensor<9x160xf32>, tensor<7x160xf32>
  %1 = graph.softmax %0 axis 1 : tensor<9x7xf32>
  %2 = graph.matmul %1, %v {graph.tf32} : tensor<9x7xf32>, tensor<7x32xf32>
  return %2 : tensor<9x32xf32>
}

// CHECK-LABEL: func.func @one_rounded
// CHECK-COUNT-3: graph.fused
func.func @one_rounded(%q: tensor<9x32xf32>, %k: tensor<7x32xf32>, %v: tensor<7x32xf32>)
    -> tensor<9x32xf32> {
  %0 = graph.matmul %q, %k transposed : tensor<9x32xf32>, tensor<7x32xf32>
  %1 = graph.softmax %0 axis 1 : tensor<9x7xf32>
  %2 = graph.matmul %1, %v {graph.tf32} : tensor<9x7xf32>, tensor<7x32xf32>
  return %2 : tensor<9x32xf32>
}

// CHECK-LABEL: func.func @few_rows
// CHECK-COUNT-3: graph.fused
func.func @few_rows(%q: tensor<8x32xf32>, %k: tensor<7x32xf32>, %v: tensor<7x32xf32>)
    -> tensor<8x32xf32> {
  %0 = graph.matmul %q, %k transposed : tensor<8x32xf32>, tensor<7x32xf32>
  %1 = graph.softmax %0 axis 1 : tensor<8x7xf32>
  %2 = graph.matmul %1, %v : tensor<8x7xf32>, tensor<7x32xf32>
  return %2 : tensor<8x32xf32>
}

// CHECK-LABEL: func.func @many_batches
// CHECK-COUNT-3: graph.fused
func.func @many_batches(%q: tensor<65536x9x32xf16>, %k: tensor<65536x7x32xf16>)
    -> tensor<65536x9x32xf16> {
  %0 = graph.matmul %q, %k transposed : tensor<65536x9x32xf16>, tensor<65536x7x32xf16>
  %1 = graph.softmax %0 axis 2 : tensor<65536x9x7xf16>
  %2 = graph.matmul %1, %k : tensor<65536x9x7xf16>, tensor<65536x7x32xf16>
  return %2 : tensor<65536x9x32xf16>
}

// CHECK-LABEL: func.func @other_axis
// CHECK-COUNT-3: graph.fused
func.func @other_axis(%q: tensor<9x32xf16>, %k: tensor<7x32xf16>, %v: tensor<7x32xf16>)
    -> tensor<9x32xf16> {
  %0 = graph.matmul %q, %k transposed : tensor<9x32xf16>, tensor<7x32xf16>
  %1 = graph.softmax %0 axis 0 : tensor<9x7xf16>
  %2 = graph.matmul %1, %v : tensor<9x7xf16>, tensor<7x32xf16>
  return %2 : tensor<9x32xf16>
}

// CHECK-LABEL: func.func @scores_are_a_result
// CHECK-COUNT-3: graph.fused
func.func @scores_are_a_result(%q: tensor<9x32xf16>, %k: tensor<7x32xf16>, %v: tensor<7x32xf16>)
    -> (tensor<9x7xf16>, tensor<9x32xf16>) {
  %0 = graph.matmul %q, %k transposed : tensor<9x32xf16>, tensor<7x32xf16>
  %1 = graph.softmax %0 axis 1 : tensor<9x7xf16>
  %2 = graph.matmul %1, %v : tensor<9x7xf16>, tensor<7x32xf16>
  return %0, %2 : tensor<9x7xf16>, tensor<9x32xf16>
}
