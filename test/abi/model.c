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

#include <stddef.h>

enum { columns = 3, rowCount = 5, lengthMax = 5, batchMax = 4 };

/* Weights. */
enum { scaleOffset = 0, shiftOffset = 128, rowsOffset = 256, weightBytes = 512 };
/* Arena; 128 bytes hold the largest tensor and the slack behind it. */
enum {
  xAt = 0,
  iAt = 128,
  tAt = 256,
  sAt = 384,
  yAt = 512,
  zAt = 640,
  uAt = 768,
  totalAt = 896,
  arenaBytes = 1024
};

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

static const MdcDim dims[] = {{"batch", 1, batchMax}, {"length", 1, lengthMax}};

static const MdcSignature inputs[] = {
    {"x", MDC_F32, 2, (const int32_t[]){0, -1}, (const int64_t[]){-1, columns}},
    {"i", MDC_I64, 1, (const int32_t[]){0}, (const int64_t[]){-1}},
    {"t", MDC_F32, 2, (const int32_t[]){-1, 0}, (const int64_t[]){2, -1}},
    {"s", MDC_F32, 1, (const int32_t[]){1}, (const int64_t[]){-1}},
};

static const MdcSignature outputs[] = {
    {"y", MDC_F32, 2, (const int32_t[]){0, -1}, (const int64_t[]){-1, columns}},
    {"z", MDC_F32, 2, (const int32_t[]){0, -1}, (const int64_t[]){-1, columns}},
    {"u", MDC_F32, 2, (const int32_t[]){-1, 0}, (const int64_t[]){2, -1}},
    {"total", MDC_F32, 0, NULL, NULL},
};

/* Values that `shape` writes: batch, length. */
static void shape(const int64_t *of, int64_t *values) {
  values[0] = of[0];
  values[1] = of[1];
}

static const MdcOperand operands[] = {
    {MDC_ARENA, 0, xAt}, {MDC_WEIGHT, 0, scaleOffset}, {MDC_WEIGHT, 0, shiftOffset},
    {MDC_ARENA, 0, yAt}, {MDC_ARENA, 0, iAt},          {MDC_WEIGHT, 0, rowsOffset},
    {MDC_ARENA, 0, zAt}, {MDC_ARENA, 0, tAt},          {MDC_ARENA, 0, uAt},
    {MDC_ARENA, 0, sAt}, {MDC_ARENA, 0, totalAt},
};

static const MdcStep steps[] = {
    {0, 0, 4, 0, 1, 0},
    {1, 4, 3, 0, 1, 0},
    {2, 7, 2, 0, 1, 0},
    {3, 9, 2, 1, 1, 0},
};

static const uint32_t stepExtents[] = {0, 1};
static const uint8_t padded[] = {1, 0};

#define FIXED(extent) {extent, -1, -1}
#define ROWS(batch, dim) {batch, -1, dim}

#define TENSORS(batch)                                                                             \
  static const MdcTensor inputsOf##batch[] = {                                                     \
      {(const MdcAxis[]){ROWS(batch, 0), FIXED(columns)}, xAt, batch * columns * 4},               \
      {(const MdcAxis[]){ROWS(batch, 0)}, iAt, batch * 8},                                         \
      {(const MdcAxis[]){FIXED(2), ROWS(batch, 0)}, tAt, 2 * batch * 4},                           \
      {(const MdcAxis[]){{lengthMax, 1, 1}}, sAt, lengthMax * 4},                                  \
  };                                                                                               \
  static const MdcTensor outputsOf##batch[] = {                                                    \
      {(const MdcAxis[]){ROWS(batch, -1), FIXED(columns)}, yAt, batch * columns * 4},              \
      {(const MdcAxis[]){ROWS(batch, -1), FIXED(columns)}, zAt, batch * columns * 4},              \
      {(const MdcAxis[]){FIXED(2), ROWS(batch, -1)}, uAt, 2 * batch * 4},                          \
      {NULL, totalAt, 4},                                                                          \
  }

TENSORS(1);
TENSORS(4);

#define VARIANT(batch)                                                                             \
  {                                                                                                \
      .dims = (const int64_t[]){batch, lengthMax},                                                 \
      .padded = padded,                                                                            \
      .arenaBytes = arenaBytes,                                                                    \
      .inputs = inputsOf##batch,                                                                   \
      .outputs = outputsOf##batch,                                                                 \
      .steps = steps,                                                                              \
      .operands = operands,                                                                        \
      .stepExtents = stepExtents,                                                                  \
      .shape = shape,                                                                              \
      .stepCount = sizeof(steps) / sizeof(*steps),                                                 \
      .operandCount = sizeof(operands) / sizeof(*operands),                                        \
      .stepExtentCount = sizeof(stepExtents) / sizeof(*stepExtents),                               \
      .valueCount = 2,                                                                             \
  }

static const MdcVariant variants[] = {VARIANT(1), VARIANT(4)};

const MdcModel mdc_model = {
    .abiVersion = MDC_ABI_VERSION,
    .dimCount = 2,
    .inputCount = 4,
    .outputCount = 4,
    .regionCount = sizeof(regions) / sizeof(*regions),
    .variantCount = 2,
    .weightBytes = weightBytes,
    .dims = dims,
    .inputs = inputs,
    .outputs = outputs,
    .regions = regions,
    .variants = variants,
};
