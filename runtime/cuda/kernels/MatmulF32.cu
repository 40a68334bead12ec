// Matrices of true f32.
#include "runtime/cuda/kernels/F32Loop.h"

MDC_F32_LOOPS(MatrixRows, mdc_matmul_f32)
