// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// No windows in memory: the loop gets the numbers of the convolution, from the pictures to the
// splits.
// CHECK-LABEL: func.func @floats_0()
// CHECK-DAG: %[[PICTURES:.*]] = arith.constant 2 : index
// CHECK-DAG: %[[OUT:.*]] = arith.constant 7 : index
// CHECK-DAG: %[[IN:.*]] = arith.constant 14 : index
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1 : index
// CHECK-DAG: %[[CHANNELS:.*]] = arith.constant 30 : index
// CHECK-DAG: %[[PITCH:.*]] = arith.constant 32 : index
// CHECK-DAG: %[[TAPS:.*]] = arith.constant 3 : index
// CHECK: kernel.main_loop "mdc_conv_f32_{{[0-9x]+}}" operands [0, 1, {{-1|3}}](%[[PICTURES]], %[[IN]], %[[IN]], %[[OUT]], %[[OUT]], %[[ONE]], %[[CHANNELS]], %{{.*}}, %[[PITCH]], %[[PITCH]], %[[TAPS]], %[[TAPS]], %[[PICTURES]], %[[PICTURES]], %[[ONE]], %[[ONE]], %[[ONE]], %[[ONE]], %{{.*}}, %{{.*}})
// CHECK-NOT: scf.parallel
func.func @floats(%x: tensor<2x30x14x14xf32> {graph.layout = "c32"},
                  %w: tensor<64x30x3x3xf32> {graph.layout = "taps-last:4"})
    -> (tensor<2x64x7x7xf32> {graph.layout = "c64"}) {
  %0 = graph.conv %x, %w strides [2, 2] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      : tensor<2x30x14x14xf32>, tensor<64x30x3x3xf32>
  return %0 : tensor<2x64x7x7xf32>
}
