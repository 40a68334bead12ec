// RUN: mdc-opt %s | mdc-opt | FileCheck %s

// CHECK-LABEL: func @kernel
func.func @kernel() {
  // CHECK: kernel.operand 0 : memref<?xf32>
  %x = kernel.operand 0 : memref<?xf32>
  // CHECK: %[[N:.*]] = kernel.extent 0
  %n = kernel.extent 0
  // CHECK: kernel.launch @kernel_body0 over %[[N]]
  kernel.launch @kernel_body0 over %n
  return
}

// CHECK-LABEL: func private @kernel_body0
func.func private @kernel_body0(%first: index, %end: index) {
  // CHECK: kernel.index_error %{{.*}}, %{{.*}}
  kernel.index_error %first, %end
  return
}

// CHECK-LABEL: func @product
func.func @product() {
  %n = kernel.extent 0
  // CHECK: kernel.main_loop "mdc_matmul_f32_64x64" operands [0, 1, 3](%{{.*}}, %{{.*}})
  kernel.main_loop "mdc_matmul_f32_64x64" operands [0, 1, 3] (
      %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n)
  // CHECK: kernel.main_loop "mdc_matmul_sm90a_bf16_64x64" operands [0, 1, -1] mapped [0, 1](%{{.*}}, %{{.*}})
  kernel.main_loop "mdc_matmul_sm90a_bf16_64x64" operands [0, 1, -1] mapped [0, 1] (
      %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n, %n)
  return
}
