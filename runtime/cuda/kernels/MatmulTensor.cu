// Matrices on the tensor cores by mma.sync, from sm_80 on: 16-bit floats, f32 as tf32, bytes.
#include "runtime/cuda/kernels/TensorLoop.h"

MDC_TENSOR_LOOPS(MatrixRows, mdc_matmul)
