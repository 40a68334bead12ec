// Convolutions of true f32, as implicit products.
#include "runtime/cuda/kernels/F32Loop.h"
#include "runtime/cuda/kernels/Windows.h"

MDC_F32_LOOPS(WindowRows, mdc_conv_f32)
