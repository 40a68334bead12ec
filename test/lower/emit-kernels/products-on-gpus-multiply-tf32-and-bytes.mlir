// RUN: mdc-opt %s --split-input-file "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// CHECK-LABEL: func.func @rounded_0()
// CHECK: kernel.main_loop "mdc_matmul_tf32_16x64" operands [0, 1, -1](
// CHECK: func.func @mdc_store2({{.*}}: index, {{.*}}: index, {{.*}}: index, {{.*}}: f32, {{.*}}: f32)
func.func @rounded(%x: tensor<16x64xf32>, %w: tensor<64x64xf32>) -> tensor<16x64xf32> {
  %0 = graph.matmul %x, %w {graph.tf32} : tensor<16x64xf32>, tensor<64x64xf32>
  return %0 : tensor<16x64xf32>
}

// -----

// Sums of bytes are exact, also those of several splits.
// CHECK-LABEL: func.func @bytes_0()
// CHECK: kernel.main_loop "mdc_matmul_u8s8_16x64" operands [0, 1, 3](
// CHECK-LABEL: func.func @bytes_1()
// CHECK: kernel.main_loop "mdc_matmul_sum_splits_i32"
// CHECK: func.func @mdc_store2_i32({{.*}}: index, {{.*}}: index, {{.*}}: index, {{.*}}: i32, {{.*}}: i32)
func.func @bytes(%x: tensor<16x2048xui8>, %w: tensor<64x2048xi8>) -> tensor<16x64xi32> {
  %0 = graph.matmul %x, %w transposed : tensor<16x2048xui8>, tensor<64x2048xi8>
  return %0 : tensor<16x64xi32>
}

// -----

// Windows of bytes lie pixel by pixel, 27 of 32 bytes; the border holds the zero point.
// CHECK-LABEL: func.func @windows()
// CHECK: %[[ZERO_POINT:.*]] = arith.constant 127 : i8
// CHECK: arith.select %{{.*}}, %{{.*}}, %[[ZERO_POINT]] : i8
// CHECK: memref.store %{{.*}}, %{{.*}}[%{{.*}}] : memref<?xi8>
// CHECK: kernel.main_loop "mdc_matmul_s8u8_16x64" operands [1, 4, -1](
// CHECK: func.func @mdc_store1_i32(
// CHECK: arith.addi
func.func @windows(%x: tensor<1x3x8x8xui8>, %w: tensor<16x3x3x3xi8>, %b: tensor<16xi32>)
    -> tensor<1x16x8x8xi32> {
  %0 = graph.conv %x, %w, %b strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      {padValue = 127 : i64} : tensor<1x3x8x8xui8>, tensor<16x3x3x3xi8>, tensor<16xi32>
  return %0 : tensor<1x16x8x8xi32>
}
