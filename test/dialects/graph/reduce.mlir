// RUN: mdc-opt %s | mdc-opt | FileCheck %s

#rows = affine_map<()[s0] -> (s0, 8)>

// CHECK-LABEL: func @reduced_axes_stay_with_extent_1
func.func @reduced_axes_stay_with_extent_1(%x: tensor<?x8xf32, #rows>)
    -> (tensor<1x1xf32>, tensor<?x1xi64, affine_map<()[s0] -> (s0, 1)>>) {
  // CHECK: graph.reduce mean %{{.*}} axes [0, 1] : tensor<?x8xf32, #map{{.*}}>
  %0 = graph.reduce mean %x axes [0, 1] : tensor<?x8xf32, #rows>
  // CHECK: graph.arg_reduce max %{{.*}} axis 1 select_last : tensor<?x8xf32, #map{{.*}}>
  %1 = graph.arg_reduce max %x axis 1 select_last : tensor<?x8xf32, #rows>
  return %0, %1 : tensor<1x1xf32>, tensor<?x1xi64, affine_map<()[s0] -> (s0, 1)>>
}

// CHECK-LABEL: func @row_functions_keep_the_shape
func.func @row_functions_keep_the_shape(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: graph.softmax %{{.*}} axis 1 logarithm : tensor<4x8xf32>
  %0 = graph.softmax %x axis 1 logarithm : tensor<4x8xf32>
  // CHECK: graph.softmax %{{.*}} axis 0 : tensor<4x8xf32>
  %1 = graph.softmax %0 axis 0 : tensor<4x8xf32>
  // CHECK: graph.norm layer %{{.*}} axis 1 epsilon {{.*}} : tensor<4x8xf32>
  %2 = graph.norm layer %1 axis 1 epsilon 1.0e-5 : tensor<4x8xf32>
  // CHECK: graph.norm rms %{{.*}} axis 0 epsilon {{.*}} : tensor<4x8xf32>
  %3 = graph.norm rms %2 axis 0 epsilon 1.0e-6 : tensor<4x8xf32>
  // CHECK: graph.cumsum %{{.*}} axis 1 exclusive reverse : tensor<4x8xf32>
  %4 = graph.cumsum %3 axis 1 exclusive reverse : tensor<4x8xf32>
  return %4 : tensor<4x8xf32>
}
