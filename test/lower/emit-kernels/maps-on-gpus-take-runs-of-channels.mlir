// RUN: mdc-opt %s "--mdc-emit-kernels=isa=cuda" | FileCheck %s

// Pixels of all pictures are one axis; a thread has 16 bytes of one. 2 * 3 * 5 pixels of 2 runs.
// CHECK-LABEL: func.func @channels()
// CHECK: %[[THREADS:.*]] = arith.constant 60 : index
// CHECK: scf.parallel (%{{.*}}) = (%{{.*}}) to (%[[THREADS]])
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
func.func @channels(%x: tensor<2x7x3x5xf32> {graph.layout = "c8"})
    -> (tensor<2x7x3x5xf32> {graph.layout = "c8"}) {
  %0 = graph.unary neg %x : tensor<2x7x3x5xf32>
  return %0 : tensor<2x7x3x5xf32>
}

// The widest element has 16 bytes.
// CHECK-LABEL: func.func @narrowed()
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK: vector.store {{.*}} {alignment = 8 : i64} : memref<?xbf16>, vector<4xbf16>
func.func @narrowed(%x: tensor<1x7x3x5xf32> {graph.layout = "c8"})
    -> (tensor<1x7x3x5xbf16> {graph.layout = "c8"}) {
  %0 = graph.cast %x : tensor<1x7x3x5xf32> to tensor<1x7x3x5xbf16>
  return %0 : tensor<1x7x3x5xbf16>
}

// A pool's window is read a run at a time.
// CHECK-LABEL: func.func @pool()
// CHECK: scf.for
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xbf16>, vector<8xbf16>
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<?xbf16>, vector<8xbf16>
func.func @pool(%x: tensor<1x7x3x5xbf16> {graph.layout = "c8"})
    -> (tensor<1x7x3x5xbf16> {graph.layout = "c8"}) {
  %0 = graph.pool max %x kernel [3, 3] strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1]
      : tensor<1x7x3x5xbf16> to tensor<1x7x3x5xbf16>
  return %0 : tensor<1x7x3x5xbf16>
}

// Seven numbers of channels that are read with them end inside of a run.
// CHECK-LABEL: func.func @ragged()
// CHECK-NOT: vector.
// CHECK: return
func.func @ragged(%x: tensor<1x7x3x5xf32> {graph.layout = "c8"}, %b: tensor<7x1x1xf32>)
    -> (tensor<1x7x3x5xf32> {graph.layout = "c8"}) {
  %0 = graph.binary add %x, %b : tensor<1x7x3x5xf32>, tensor<7x1x1xf32>
  return %0 : tensor<1x7x3x5xf32>
}

// The second piece begins inside of a run, the third one at a multiple of it.
// CHECK-LABEL: func.func @joined()
// CHECK: scf.parallel
// CHECK: vector.store
// CHECK: scf.parallel
// CHECK-NOT: vector.store
// CHECK: scf.parallel
// CHECK: vector.store
func.func @joined(%x: tensor<1x7x3x5xf32> {graph.layout = "c8"},
                  %y: tensor<1x9x3x5xf32> {graph.layout = "c12"},
                  %z: tensor<1x3x3x5xf32> {graph.layout = "c4"})
    -> (tensor<1x19x3x5xf32> {graph.layout = "c20"}) {
  %0 = graph.concat %x, %y, %z axis 1
      : tensor<1x7x3x5xf32>, tensor<1x9x3x5xf32>, tensor<1x3x3x5xf32>
  return %0 : tensor<1x19x3x5xf32>
}

// A sample of the resized picture is 16 bytes of the channels of a pixel.
// CHECK-LABEL: func.func @resized()
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<?xf32>, vector<4xf32>
func.func @resized(%x: tensor<1x8x5x5xf32> {graph.layout = "c8"})
    -> (tensor<1x8x10x10xf32> {graph.layout = "c8"}) {
  %0 = graph.resize linear %x scales [1.0, 1.0, 0.5, 0.5] offsets [0.0, 0.0, -0.25, -0.25]
      : tensor<1x8x5x5xf32> to tensor<1x8x10x10xf32>
  return %0 : tensor<1x8x10x10xf32>
}
