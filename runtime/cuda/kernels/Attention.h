/* Attention: out[batch][row][d] = sum over columns c of softmax(score)[row][c] *
 * values[batch][c][d], where score is what the generated code makes of the product of queries and
 * keys. Nothing of rows x columns is written to memory. */
#ifndef MDC_KERNELS_ATTENTION_H
#define MDC_KERNELS_ATTENTION_H

#include "runtime/cuda/kernels/Matmul.h"

#ifdef __cplusplus
extern "C" {
#endif

/* As MdcMatmul: every field is 8 bytes, strides count elements. Queries are rows by `depth`, keys
 * columns by `depth`, values columns by `width`. */
typedef struct MdcAttention {
  const void *queries;
  const void *keys;
  const void *values;
  int64_t rows, columns, depth, width;
  int64_t batches, innerBatches;
  int64_t queryRowStride, queryDepthStride, queryOuterStride, queryInnerStride;
  int64_t keyColumnStride, keyDepthStride, keyOuterStride, keyInnerStride;
  int64_t valueWidthStride, valueColumnStride, valueOuterStride, valueInnerStride;
  int64_t queryAlignment, keyAlignment, valueAlignment;
} MdcAttention;

/* Defined by the generated code, as the stores are: what softmax reads where the product of a query
 * and a key is `sum`. Called in divergent code. */
MDC_DEVICE float mdc_score(const uint64_t *arguments, int64_t batch, int64_t row, int64_t column,
                           float sum);

#ifdef __cplusplus
}
#endif
#endif
