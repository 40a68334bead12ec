// RUN: mdc-opt %s -mdc-emit-kernels=isa=vnni -canonicalize -cse | FileCheck %s --check-prefixes=CHECK,VNNI
// RUN: mdc-opt %s -mdc-emit-kernels=isa=v4 -canonicalize -cse | FileCheck %s --check-prefixes=CHECK,V4
// RUN: mdc-opt %s -mdc-emit-kernels=isa=v3 -canonicalize -cse | FileCheck %s --check-prefixes=CHECK,V3

// Two groups are added up in 16 bits before they join the sums; nothing is widened in memory.

// CHECK-LABEL: func.func @four
// CHECK-NOT: memref.alloca
// VNNI: "llvm.x86.avx512.vpdpbusd.512"
// V4: %[[FIRST:.*]] = llvm.call_intrinsic "llvm.x86.avx512.pmaddubs.w.512"
// V4: %[[SECOND:.*]] = llvm.call_intrinsic "llvm.x86.avx512.pmaddubs.w.512"
// V4: %[[BOTH:.*]] = arith.addi %[[FIRST]], %[[SECOND]] : vector<32xi16>
// V4: llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%[[BOTH]], %{{.*}})
// V3-COUNT-4: llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"
// V3-COUNT-2: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
// CHECK: return
func.func @four(%a: tensor<64x64xui8>, %w: tensor<64x48xi8> {graph.layout = "groups:48"})
    -> tensor<64x48xi32> {
  %y = graph.matmul %a, %w {graph.short_sums = 4 : i64} : tensor<64x64xui8>, tensor<64x48xi8>
  return %y : tensor<64x48xi32>
}

// One group at a time where 16 bits hold two products.

// CHECK-LABEL: func.func @two
// VNNI: "llvm.x86.avx512.vpdpbusd.512"
// V4: %[[FIRST:.*]] = llvm.call_intrinsic "llvm.x86.avx512.pmaddubs.w.512"
// V4-NEXT: llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%[[FIRST]], %{{.*}})
// V3-COUNT-2: llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"
// V3-COUNT-2: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
// CHECK: return
func.func @two(%a: tensor<64x64xui8>, %w: tensor<64x48xi8> {graph.layout = "groups:48"})
    -> tensor<64x48xi32> {
  %y = graph.matmul %a, %w {graph.short_sums = 2 : i64} : tensor<64x64xui8>, tensor<64x48xi8>
  return %y : tensor<64x48xi32>
}

// CHECK-LABEL: func.func @convolution
// VNNI: "llvm.x86.avx512.vpdpbusd.512"
// V4: "llvm.x86.avx512.pmaddubs.w.512"
// V3-NOT: memref.alloca
// V3: "llvm.x86.avx2.pmadd.ub.sw"
// CHECK: return
func.func @convolution(%x: tensor<1x16x8x8xui8> {graph.layout = "c16 border 1,1,1,1 value 64"},
                       %w: tensor<16x16x3x3xi8> {graph.layout = "conv-groups:16:16"})
    -> (tensor<1x16x8x8xi32> {graph.layout = "c16"}) {
  %0 = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      {graph.short_sums = 4 : i64, padValue = 64 : i64}
      : tensor<1x16x8x8xui8>, tensor<16x16x3x3xi8>
  return %0 : tensor<1x16x8x8xi32>
}
