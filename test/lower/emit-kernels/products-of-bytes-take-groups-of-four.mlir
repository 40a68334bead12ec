// RUN: mdc-opt %s -mdc-emit-kernels=isa=vnni -canonicalize -cse | FileCheck %s --check-prefixes=CHECK,VNNI
// RUN: mdc-opt %s -mdc-emit-kernels=isa=v4 -canonicalize -cse | FileCheck %s --check-prefixes=CHECK,V4
// RUN: mdc-opt %s -mdc-emit-kernels=isa=v3 -canonicalize -cse | FileCheck %s --check-prefixes=CHECK,V3

// Bytes times bytes are summed in i32; no level saturates.

// CHECK-LABEL: func.func @bytes
// VNNI: "llvm.x86.avx512.vpdpbusd.512"
// V4: "llvm.x86.avx512.pmaddw.d.512"
// V3: "llvm.x86.avx2.pmadd.wd"
// CHECK: scf.yield
func.func @bytes(%a: tensor<8x64xui8>, %w: tensor<64x48xi8> {graph.layout = "groups:48"})
    -> tensor<8x48xi32> {
  %y = graph.matmul %a, %w : tensor<8x64xui8>, tensor<64x48xi8>
  return %y : tensor<8x48xi32>
}

// Without vpdpbusd, many rows share a panel that is widened to 16 bits once, in a strip for each
// vector of columns, and so is each tile of rows.

// CHECK-LABEL: func.func @many_rows
// VNNI-NOT: memref.alloca
// V3: %[[STRIPS:.*]] = memref.alloca() {alignment = 64 : i64} : memref<1536xi32>
// V3: %[[ROWS:.*]] = memref.alloca() {alignment = 64 : i64} : memref<192xi32>
// V3: vector.store {{.*}}, %[[STRIPS]]
// V3: arith.extui {{.*}} : vector<32xi8> to vector<32xi16>
// V3: vector.store {{.*}}, %[[ROWS]]
// V3: scf.for
// V3: %[[NUMBERS:.*]] = vector.load %[[STRIPS]]
// V3: %[[WEIGHTS:.*]] = vector.bitcast %[[NUMBERS]] : vector<16xi32> to vector<32xi16>
// V3: %[[PAIR:.*]] = memref.load %[[ROWS]]
// V3: vector.broadcast %[[PAIR]] : i32 to vector<16xi32>
// V3-NOT: arith.shrsi
// V3: "llvm.x86.avx2.pmadd.wd"
// CHECK: return
func.func @many_rows(%a: tensor<64x64xui8>, %w: tensor<64x48xi8> {graph.layout = "groups:48"})
    -> tensor<64x48xi32> {
  %y = graph.matmul %a, %w : tensor<64x64xui8>, tensor<64x48xi8>
  return %y : tensor<64x48xi32>
}

// Rows of floats share a panel that is widened once, few read the bytes themselves.

// CHECK-LABEL: func.func @many_rows_of_floats
// CHECK: %[[PANEL:.*]] = memref.alloca() {alignment = 64 : i64} : memref<3072xf32>
// CHECK: arith.sitofp {{.*}} : vector<16xi8> to vector<16xf32>
// CHECK: vector.store {{.*}}, %[[PANEL]]
// CHECK: vector.load %[[PANEL]]
// CHECK: vector.fma
func.func @many_rows_of_floats(%a: tensor<64x64xf32>,
                               %w: tensor<64x48xi8> {graph.layout = "panels:48"})
    -> tensor<64x48xf32> {
  %y = graph.matmul %a, %w : tensor<64x64xf32>, tensor<64x48xi8>
  return %y : tensor<64x48xf32>
}

// CHECK-LABEL: func.func @one_row_of_floats
// CHECK-NOT: memref.alloca
// CHECK: arith.sitofp {{.*}} : vector<16xi8> to vector<16xf32>
// CHECK: vector.fma
func.func @one_row_of_floats(%a: tensor<1x64xf32>,
                             %w: tensor<64x48xi8> {graph.layout = "panels:48"})
    -> tensor<1x48xf32> {
  %y = graph.matmul %a, %w : tensor<1x64xf32>, tensor<64x48xi8>
  return %y : tensor<1x48xf32>
}

// Groups are taken from one row: a transposed left-hand side runs the plain loops.

// CHECK-LABEL: func.func @columns_of_bytes
// CHECK-NOT: call_intrinsic
// CHECK: return
func.func @columns_of_bytes(%a: tensor<64x8xui8>, %w: tensor<64x48xi8>) -> tensor<8x48xi32> {
  %y = graph.matmul %a transposed, %w : tensor<64x8xui8>, tensor<64x48xi8>
  return %y : tensor<8x48xi32>
}
