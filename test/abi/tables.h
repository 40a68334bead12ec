/* The tables of the hand-written model: all of it but the kernels, so that the CPU's and the GPU's
 * differ in nothing else. Included once, after
 *
 *   static const MdcRegion regions[4]   of scale, look_up, twice and sum
 *
 * y[batch,3] = x[batch,3] * scale[3] + shift[3]; z[batch,3] = rows[5,3] looked up at i[batch];
 * u[2,batch] = 2 * t[2,batch]; total[] = sum of s[length]. batch is padded to 1 or 4, length is a
 * run-time extent up to 5. append.py writes the weights.
 */
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
