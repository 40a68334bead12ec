// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda reference=true" | FileCheck %s

// The threads of a group take turns along the row and exchange what they found.
// CHECK-LABEL: func @rows
// CHECK: scf.parallel
// CHECK: %[[LANE:.*]] = nvvm.read.ptx.sreg.laneid
// CHECK: %[[FIRST:.*]] = arith.index_castui %[[LANE]] : i32 to index
// CHECK: scf.for %{{.*}} = %[[FIRST]] to %{{.*}} step %{{.*}} iter_args
// CHECK-COUNT-5: nvvm.shfl.sync bfly
// CHECK: {kernel.group}
func.func @rows(%x: tensor<7x50xf32>) -> tensor<7x1xf32> {
  %0 = graph.reduce max %x axes [1] : tensor<7x50xf32>
  return %0 : tensor<7x1xf32>
}

// Each thread computes one element.
// CHECK-LABEL: func @elements
// CHECK: scf.parallel
// CHECK-NOT: vector
// CHECK: memref.store
// CHECK-NOT: kernel.group
func.func @elements(%x: tensor<7x51xf32>) -> tensor<7x51xf32> {
  %0 = graph.unary relu %x : tensor<7x51xf32>
  return %0 : tensor<7x51xf32>
}

// Four floats at a time where every thread of the group gets some.
// CHECK-LABEL: func @long
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK: arith.addf {{.*}} : vector<4xf32>
// CHECK: vector.shuffle
// CHECK-COUNT-5: nvvm.shfl.sync bfly
// CHECK: {kernel.group}
func.func @long(%x: tensor<7x128xf32>) -> tensor<7x1xf32> {
  %0 = graph.reduce sum %x axes [1] : tensor<7x128xf32>
  return %0 : tensor<7x1xf32>
}

// Two, as 64 are not four for each of 32 threads; what is stored lies as what is read.
// CHECK-LABEL: func @softmax
// CHECK: vector.load {{.*}} {alignment = 8 : i64} : memref<?xf32>, vector<2xf32>
// CHECK: math.exp {{.*}} : vector<2xf32>
// CHECK: vector.store {{.*}} {alignment = 8 : i64} : memref<?xf32>, vector<2xf32>
// CHECK: {kernel.group}
func.func @softmax(%x: tensor<7x64xf32>) -> tensor<7x64xf32> {
  %0 = graph.softmax %x axis 1 : tensor<7x64xf32>
  return %0 : tensor<7x64xf32>
}

// CHECK-LABEL: func @layer_norm
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK-COUNT-10: nvvm.shfl.sync bfly
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK: {kernel.group}
// CHECK-LABEL: func @rms_norm
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xbf16>, vector<8xbf16>
// CHECK-COUNT-5: nvvm.shfl.sync bfly
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<?xbf16>, vector<8xbf16>
// CHECK: {kernel.group}
func.func @layer_norm(%x: tensor<7x256xf32>) -> tensor<7x256xf32> {
  %0 = graph.norm layer %x axis 1 epsilon 1.0e-5 : tensor<7x256xf32>
  return %0 : tensor<7x256xf32>
}
func.func @rms_norm(%x: tensor<7x256xbf16>) -> tensor<7x256xbf16> {
  %0 = graph.norm rms %x axis 1 epsilon 1.0e-5 : tensor<7x256xbf16>
  return %0 : tensor<7x256xbf16>
}
