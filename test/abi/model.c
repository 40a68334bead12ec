/* A hand-written model behind abi.h: what the compiler generates, small enough to check by eye.
 *
 *   y[batch,3]    = x[batch,3] * scale[3] + shift[3]   parallel loop, its own entry for v4
 *   z[batch,3]    = rows[5,3] looked up at i[batch]    index errors
 *   u[2,batch]    = 2 * t[2,batch]                     padded along an inner axis
 *   total[]       = sum of s[length]                   true extent, rank 0
 *
 * batch is padded to 1 or 4, length is a run-time extent up to 5. append.py writes the weights.
 */
#include "mdc/abi.h"
#include "places.h"

#include <stddef.h>

typedef struct ScaleCaptures {
  const float *x, *scale, *shift;
  float *y;
} ScaleCaptures;

static void scaleRows(void *captures, int64_t begin, int64_t end) {
  const ScaleCaptures *of = captures;
  for (int64_t row = begin; row < end; ++row)
    for (int64_t column = 0; column < columns; ++column) {
      int64_t at = row * columns + column;
      of->y[at] = of->x[at] * of->scale[column] + of->shift[column];
    }
}

__attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))) static void
scaleRowsV4(void *captures, int64_t begin, int64_t end) {
  const ScaleCaptures *of = captures;
  for (int64_t row = begin; row < end; ++row)
    for (int64_t column = 0; column < columns; ++column) {
      int64_t at = row * columns + column;
      of->y[at] = of->x[at] * of->scale[column] + of->shift[column];
    }
}

static void scale(void *const *buffers, const int64_t *extents, MdcContext *context) {
  ScaleCaptures captures = {buffers[0], buffers[1], buffers[2], buffers[3]};
  mdc_parallel_for(context, scaleRows, &captures, extents[0]);
}

static void scaleV4(void *const *buffers, const int64_t *extents, MdcContext *context) {
  ScaleCaptures captures = {buffers[0], buffers[1], buffers[2], buffers[3]};
  mdc_parallel_for(context, scaleRowsV4, &captures, extents[0]);
}

static void lookUp(void *const *buffers, const int64_t *extents, MdcContext *context) {
  const int64_t *indices = buffers[0];
  const float *rows = buffers[1];
  float *z = buffers[2];
  for (int64_t row = 0; row < extents[0]; ++row) {
    int64_t index = indices[row];
    if (index < -rowCount || index >= rowCount) {
      mdc_index_error(context, index, rowCount);
      index = 0;
    }
    index += index < 0 ? rowCount : 0;
    for (int64_t column = 0; column < columns; ++column)
      z[row * columns + column] = rows[index * columns + column];
  }
}

static void twice(void *const *buffers, const int64_t *extents, MdcContext *context) {
  (void)context;
  const float *t = buffers[0];
  float *u = buffers[1];
  for (int64_t at = 0; at < 2 * extents[0]; ++at)
    u[at] = 2 * t[at];
}

static void sum(void *const *buffers, const int64_t *extents, MdcContext *context) {
  (void)context;
  const float *s = buffers[0];
  float total = 0;
  for (int64_t at = 0; at < extents[0]; ++at)
    total += s[at];
  *(float *)buffers[1] = total;
}

static const MdcRegion regions[] = {
    {"scale", {scale, scaleV4, NULL}},
    {"look_up", {lookUp, NULL, NULL}},
    {"twice", {twice, NULL, NULL}},
    {"sum", {sum, NULL, NULL}},
};

#include "tables.h"
