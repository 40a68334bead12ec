// Matrices on the tensor cores of sm_90a. `left` and `right` of the shape are tensor maps.
#include "runtime/cuda/kernels/Sm90aLoop.h"

MDC_SM90A_LOOPS(MappedRows, mdc_matmul_sm90a, 3)
