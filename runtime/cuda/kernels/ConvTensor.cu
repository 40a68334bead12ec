// Convolutions on the tensor cores by mma.sync, as implicit products: windows are fetched from
// where they lie in the input.
#include "runtime/cuda/kernels/TensorLoop.h"
#include "runtime/cuda/kernels/Windows.h"

MDC_TENSOR_LOOPS(WindowRows, mdc_conv)
