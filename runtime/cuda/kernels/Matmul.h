/* Products of matrices: out[batch][row][column] = sum over k of left[batch][row][k] *
 * right[batch][column][k], each operand by its strides. The code that a region generates fills one
 * MdcMatmul, calls a main loop with it, and defines the stores that the main loop calls. */
#ifndef MDC_KERNELS_MATMUL_H
#define MDC_KERNELS_MATMUL_H

#include "runtime/cuda/kernels/Primitives.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Every field is 8 bytes. What the compiler knows is a constant in the generated code, and then
 * the main loop has code for that alone. Strides count elements. */
typedef struct MdcMatmul {
  const void *left;
  const void *right;
  void *partials; /* [splits][batches][rows][columns] of f32 or, of bytes, i32; untouched with
                     one split */
  int64_t rows, columns, depth;
  int64_t batches;      /* batch b is inner batch b % innerBatches of outer one b / innerBatches */
  int64_t innerBatches; /* at least 1 */
  int64_t leftRowStride, leftDepthStride, leftOuterStride, leftInnerStride;
  int64_t rightColumnStride, rightDepthStride, rightOuterStride, rightInnerStride;
  /* In bytes, powers of 2, up to 16: what the address of every row (of the axis whose stride is
   * 1) is a multiple of. */
  int64_t leftAlignment, rightAlignment;
  int64_t splits; /* blocks that share the depth of one tile; 1 or more. Above 1, main loops call
                     no store: mdc_matmul_sum_splits_f32 or _i32, in a second launch, does. */
} MdcMatmul;

/* Defined by the generated code. Each element of the result is stored once; of two, the second is
 * at column + 1 and `column` is even. A warp calls these with rows and columns of its own. */
MDC_DEVICE void mdc_store1(const uint64_t *arguments, int64_t batch, int64_t row, int64_t column,
                           float sum);
MDC_DEVICE void mdc_store2(const uint64_t *arguments, int64_t batch, int64_t row, int64_t column,
                           float sum0, float sum1);
/* The same of bytes, whose sums are exact. */
MDC_DEVICE void mdc_store1_i32(const uint64_t *arguments, int64_t batch, int64_t row,
                               int64_t column, int32_t sum);
MDC_DEVICE void mdc_store2_i32(const uint64_t *arguments, int64_t batch, int64_t row,
                               int64_t column, int32_t sum0, int32_t sum1);

#ifdef __cplusplus
}
#endif
#endif
