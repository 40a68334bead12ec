// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s
// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" --mdc-outline-launches | FileCheck %s --check-prefix=ORDER

// Windows side by side, rows of 9 pixels at a multiple of 16 bytes; then a product of 24 rows.
// CHECK: #[[GRID:.*]] = affine_map<() -> (1, 1, 2)>
// CHECK-LABEL: func.func @grouped()
// CHECK: scf.parallel
// CHECK: arith.select
// CHECK: memref.store %{{.*}}, %[[WINDOWS:.*]][%{{.*}}] : memref<?xf32>
// CHECK-LABEL: func.func @grouped_1()
// CHECK-SAME: kernel.blocks = #[[GRID]]
// CHECK: kernel.main_loop "mdc_matmul_f32_64x64" operands [1, 3, -1](
// The entries of a region stay in the order of their launches.
// ORDER: func.func @grouped_0()
// ORDER: func.func @grouped_1()
// ORDER: func.func @mdc_store1(
func.func @grouped(%x: tensor<1x4x5x5xf32>, %w: tensor<48x2x3x3xf32>) -> tensor<1x48x3x3xf32> {
  %0 = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 2
      : tensor<1x4x5x5xf32>, tensor<48x2x3x3xf32>
  return %0 : tensor<1x48x3x3xf32>
}
