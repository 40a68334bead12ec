// RUN: mdc-opt --mdc-quantize-rows=faster-on=v3,vnni %s | FileCheck %s

// CHECK-LABEL: @few_columns
// CHECK-NOT: graph.quantize_rows
// CHECK: note = "bytes would take about {{.*}} times as long", precision = "f32"
func.func @few_columns(%x: tensor<4x64xf32>) -> tensor<4x2xf32> {
  %w = graph.constant dense<0.5> : tensor<64x2xf32>
  %y = graph.matmul %x, %w : tensor<4x64xf32>, tensor<64x2xf32>
  return %y : tensor<4x2xf32>
}

// CHECK-LABEL: @many_columns
// CHECK: graph.quantize_rows
func.func @many_columns(%x: tensor<128x256xf32>) -> tensor<128x256xf32> {
  %w = graph.constant dense<0.5> : tensor<256x256xf32>
  %y = graph.matmul %x, %w : tensor<128x256xf32>, tensor<256x256xf32>
  return %y : tensor<128x256xf32>
}
