/* The seam between generated code and the runtime: everything one side may assume of the other.
 *
 * A compiled model is one `const MdcModel mdc_model` plus the kernels that it points to. The
 * runtime finds it by name at link time, maps the weights from the executable and runs the steps of
 * one variant in order. Generated code calls back only the functions at the end of this file.
 *
 * Plain C, stands alone, included by the compiler (which writes these tables) and by the runtime
 * (which reads them). Any change of layout or meaning raises MDC_ABI_VERSION. All sizes and offsets
 * are bytes, all extents are elements. */
#ifndef MDC_ABI_H
#define MDC_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MDC_ABI_VERSION 1u

/* Every arena buffer and every weight starts at a multiple of this, one cache line. */
#define MDC_ALIGNMENT 64u

/* A vector access may touch up to this many bytes past the last element of an arena buffer or a
 * weight; the compiler keeps that much room behind each, the runtime behind the arena and the
 * weights. */
#define MDC_SLACK 128u

typedef enum MdcType {
  MDC_F32 = 1,
  MDC_F64 = 2,
  MDC_F16 = 3,
  MDC_BF16 = 4,
  MDC_I8 = 5,
  MDC_I16 = 6,
  MDC_I32 = 7,
  MDC_I64 = 8,
  MDC_U8 = 9,
  MDC_U16 = 10,
  MDC_U32 = 11,
  MDC_U64 = 12,
  MDC_BOOL = 13 /* one byte, 0 or 1 */
} MdcType;

/* Instruction levels of x86-64 kernels, weakest first. A region without an entry for a level uses
the
 * next weaker one that it has. */
typedef enum MdcIsa {
  MDC_ISA_V3 = 0,   /* x86-64-v3: AVX2, FMA, BMI2 */
  MDC_ISA_V4 = 1,   /* x86-64-v4: AVX-512 F, BW, CD, DQ, VL */
  MDC_ISA_VNNI = 2, /* v4 and AVX-512 VNNI */
  MDC_ISA_COUNT = 3
} MdcIsa;

/* One request's execution state; owned by the runtime, opaque to generated code. */
typedef struct MdcContext MdcContext;

/* A fused region. `buffers` are the step's operands in order (inputs, weights, results, scratch),
each
 * aligned to MDC_ALIGNMENT; `extents` are the step's run-time extents in order. Results never
overlap
 * inputs. May call the functions at the end of this file; allocates nothing. */
typedef void (*MdcKernel)(void *const *buffers, const int64_t *extents, MdcContext *context);

typedef struct MdcRegion {
  const char *name;               /* the region's structural name, for profiles */
  MdcKernel entry[MDC_ISA_COUNT]; /* null: not compiled for that level */
} MdcRegion;

typedef enum MdcPlace {
  MDC_ARENA = 0, /* offset into the variant's arena */
  MDC_WEIGHT = 1 /* offset into the weights */
} MdcPlace;

typedef struct MdcOperand {
  uint32_t place; /* MdcPlace */
  uint32_t reserved;
  uint64_t offset;
} MdcOperand;

/* One call of a region. Operands and extents are ranges of the variant's tables. */
typedef struct MdcStep {
  uint32_t region;
  uint32_t firstOperand;
  uint32_t operandCount;
  uint32_t firstExtent; /* into MdcVariant.stepExtents */
  uint32_t extentCount;
  uint32_t reserved;
} MdcStep;

/* One axis of a graph input or output. */
typedef struct MdcAxis {
  int64_t extent; /* fixed extent; for a run-time one, the largest */
  int32_t slot;   /* -1: fixed; else index into the values that MdcVariant.shape writes */
  int32_t dim; /* of an input: the model dimension that this axis binds, or -1; of an output: -1 */
} MdcAxis;

/* A graph input or output as one variant holds it: dense, row-major, in the arena. */
typedef struct MdcTensor {
  const MdcAxis *axes; /* rank of MdcSignature */
  uint64_t offset;     /* into the arena */
  uint64_t maxBytes;
} MdcTensor;

/* What a client sees of a graph input or output; the same for every variant. */
typedef struct MdcSignature {
  const char *name;
  uint32_t type; /* MdcType */
  uint32_t rank;
  /* per axis: an index into MdcModel.dims, -1 for a fixed axis, -2 for an expression of dims */
  const int32_t *dims;
  /* per axis: the fixed extent, or -1 */
  const int64_t *extents;
} MdcSignature;

/* A compiled set of extents. `dims[d]` is the extent of model dimension d in this variant.
 * padded[d] = 1: kernels compute all dims[d] rows; the runtime pads inputs with zeros up to that
 * and drops the rows past the request's extent, which is right because rows along d are
 * independent. padded[d] = 0: kernels take the true extent, 1 <= extent <= dims[d]. */
typedef struct MdcVariant {
  const int64_t *dims;
  const uint8_t *padded;
  uint64_t arenaBytes;
  const MdcTensor *inputs;
  const MdcTensor *outputs;
  const MdcStep *steps;
  const MdcOperand *operands;
  const uint32_t *stepExtents; /* indices into the values that `shape` writes */
  /* Writes valueCount extents computed from the model's dims (padded ones at the variant's extent).
   */
  void (*shape)(const int64_t *dims, int64_t *values);
  uint32_t stepCount;
  uint32_t operandCount;
  uint32_t stepExtentCount;
  uint32_t valueCount;
} MdcVariant;

/* A model dimension left open by the graph and bound by [model.dims]. */
typedef struct MdcDim {
  const char *name;
  int64_t min; /* equal to max where the spec fixes it */
  int64_t max;
} MdcDim;

typedef struct MdcModel {
  uint32_t abiVersion;
  uint32_t dimCount;
  uint32_t inputCount;
  uint32_t outputCount;
  uint32_t regionCount;
  uint32_t variantCount;
  uint64_t weightBytes;
  const MdcDim *dims;
  const MdcSignature *inputs;
  const MdcSignature *outputs;
  const MdcRegion *regions;
  const MdcVariant *variants; /* from the smallest to the largest */
} MdcModel;

extern const MdcModel mdc_model;

/* What generated code calls; the runtime defines them. */

/* Runs body(captures, begin, end) over a static partition of [0, count), on this context's threads,
and
 * returns when all is done. The partition must not change any result. Nested calls run inline. */
typedef void (*MdcBody)(void *captures, int64_t begin, int64_t end);
void mdc_parallel_for(MdcContext *context, MdcBody body, void *captures, int64_t count);

/* Reports an index operand outside [-extent, extent) in step order; the request fails with the
 * first report. Returns; the kernel goes on with index 0. */
void mdc_index_error(MdcContext *context, int64_t index, int64_t extent);

/* Appended behind the ELF image, at the very end of the file, little-endian. The file is
 * [ELF][zeros up to a page][weights][manifest, JSON][MdcTrailer]. */
#define MDC_TRAILER_MAGIC "MDCMODEL"
typedef struct MdcTrailer {
  char magic[8];
  uint32_t abiVersion;
  uint32_t reserved;
  uint64_t weightsOffset; /* a multiple of 4096 */
  uint64_t weightsBytes;
  uint64_t manifestOffset;
  uint64_t manifestBytes;
  uint8_t contentSha256[32];  /* of bytes [0, manifestOffset) */
  uint8_t manifestSha256[32]; /* of the manifest */
  uint8_t padding[16];        /* zero */
} MdcTrailer;

#ifdef __cplusplus
}
#endif
#endif
