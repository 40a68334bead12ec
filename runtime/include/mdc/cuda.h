/* What a CUDA binary adds to mdc/abi.h: machine code and launches instead of region entries.
 *
 * `mdc_model` is as on the CPU, but its regions have no entries: a step is a list of launches.
 * Every kernel has one parameter, an array of 64-bit words passed by value:
 *
 *   [operand addresses][extents][address of an MdcCudaStatus]
 *
 * in the order of the step's operands and extents; the launch's tensor maps are behind them, from a
 * multiple of MDC_CUDA_MAP_ALIGNMENT on. All addresses are on the device; operands start
 * at multiples of MDC_CUDA_ALIGNMENT where their arena or weight offsets do. Plain C, stands alone,
 * included by the compiler (which writes these tables) and by the runtime (which reads them). */
#ifndef MDC_CUDA_H
#define MDC_CUDA_H

#include "mdc/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The arena and the weights start at multiples of this on the device, as cuMemAlloc gives them. */
#define MDC_CUDA_ALIGNMENT 256u

/* Bytes of a tensor map, and what its address in a parameter is a multiple of. */
#define MDC_CUDA_MAP_BYTES 128u
#define MDC_CUDA_MAP_ALIGNMENT 64u

typedef enum MdcCudaCode {
  MDC_CUDA_PTX = 0,  /* text with its final zero; runs on `arch` and anything newer */
  MDC_CUDA_CUBIN = 1 /* runs on the same major version and a minor version that is not older */
} MdcCudaCode;

/* One region's kernels for one architecture, deflated (zlib). */
typedef struct MdcCudaImage {
  uint32_t code;     /* MdcCudaCode */
  uint32_t arch;     /* 80, 86, 89, 90, 100 */
  uint32_t specific; /* 1: sm_90a and the like, runs on that very architecture alone */
  uint32_t reserved;
  const uint8_t *stored;
  uint64_t storedBytes;
  uint64_t bytes; /* inflated */
} MdcCudaImage;

/* A region's machine code, loaded as one module. Images are in order of preference. */
typedef struct MdcCudaModule {
  const MdcCudaImage *images;
  uint32_t imageCount;
  uint32_t reserved;
} MdcCudaModule;

/* Which images of a module define a kernel. A launch of one that the loaded image lacks is left
 * out: of two ways to do one thing, those that are not `specific` know one, the others the other.
 */
typedef enum MdcCudaHome {
  MDC_CUDA_ALL = 0,
  MDC_CUDA_GENERIC = 1, /* those that are not specific */
  MDC_CUDA_SPECIFIC = 2
} MdcCudaHome;

typedef struct MdcCudaKernel {
  const char *name;     /* of the entry in its module; no two kernels share one */
  uint32_t module;      /* into MdcCuda.modules */
  uint32_t threads;     /* of a block, along x */
  uint32_t sharedBytes; /* dynamic */
  uint32_t home;        /* MdcCudaHome */
} MdcCudaKernel;

/* A view of an operand that a kernel copies tiles of by TMA: a tensor map of four axes whose tiles
 * land with a swizzle of 128 bytes. The elements of the first axis follow each other; tiles have
 * one element of the last two. Numbers as those of a grid. */
typedef struct MdcCudaMap {
  uint32_t operand; /* of the step; its address is a multiple of 16 */
  uint32_t type;    /* MDC_F16, MDC_BF16, or MDC_U8 for all bytes */
  uint32_t box[2];  /* elements of a tile along the first two axes */
  int64_t extents[4];
  int64_t strides[3]; /* of the others, in elements; multiples of 16 bytes */
} MdcCudaMap;

/* One launch of a step. A number of the grid that is not negative is fixed; -1 - i is value i of
 * those that MdcVariant.shape writes, at the extents that kernels see. A grid with an extent of 0
 * is not launched. */
typedef struct MdcCudaLaunch {
  uint32_t step; /* into MdcVariant.steps; launches are in the order of their steps */
  uint32_t kernel;
  int64_t grid[3];
  const MdcCudaMap *maps;
  uint32_t mapCount;
  uint32_t reserved;
} MdcCudaLaunch;

/* The launches of one variant. */
typedef struct MdcCudaVariant {
  const MdcCudaLaunch *launches;
  uint32_t launchCount;
  uint32_t reserved;
} MdcCudaVariant;

/* What kernels report, in device memory; zero before each run. The first to change `failed` from 0
 * to 1 writes the rest. Meaning as of mdc_index_error. */
typedef struct MdcCudaStatus {
  uint32_t failed;
  uint32_t reserved;
  int64_t index;
  int64_t extent;
} MdcCudaStatus;

typedef struct MdcCuda {
  uint32_t moduleCount;
  uint32_t kernelCount;
  const MdcCudaModule *modules;
  const MdcCudaKernel *kernels;
  const MdcCudaVariant *variants; /* one for each of mdc_model */
} MdcCuda;

extern const MdcCuda mdc_cuda;

#ifdef __cplusplus
}
#endif
#endif
