// Kernels around a main loop of convolution and around the sum of its splits, as the compiler
// generates them. -DMAIN_LOOP, -DSUM_SPLITS, -DTHREADS, -DKNOWN as in Matmul.cu. Words: input,
// weights, out, partials, rows and columns of out, the fields of MdcConv from `pictures` on,
// status; with -DMAPS, the tensor map of the weights behind.
#include "runtime/cuda/kernels/Conv.h"
#include "test/cuda/kernels/Stores.h"

#ifndef KNOWN
#define KNOWN
#endif

struct Arguments {
  uint64_t words[27];
#ifdef MAPS
  alignas(64) uint64_t map[16];
#endif
};

extern "C" MDC_DEVICE void MAIN_LOOP(const MdcConv *shape, const uint64_t *arguments);
extern "C" MDC_DEVICE void SUM_SPLITS(const MdcMatmul *shape, const uint64_t *arguments);

MDC_INLINE MdcConv shapeOf(const Arguments &arguments) {
  MdcConv shape = {};
  shape.input = global(arguments.words[0]);
#ifdef MAPS
  shape.weights = arguments.map;
#else
  shape.weights = global(arguments.words[1]);
#endif
  shape.partials = global(arguments.words[3]);
  int64_t *fields = &shape.pictures;
#pragma unroll
  for (int i = 0; i < 20; ++i)
    fields[i] = arguments.words[6 + i];
  KNOWN;
  return shape;
}

extern "C" __attribute__((global, launch_bounds(THREADS, 1))) void
kernel(__attribute__((grid_constant)) const Arguments arguments) {
  const MdcConv shape = shapeOf(arguments);
  MAIN_LOOP(&shape, arguments.words);
}

extern "C" __attribute__((global, launch_bounds(256))) void sumSplits(__attribute__((grid_constant))
                                                                      const Arguments arguments) {
  const MdcConv conv = shapeOf(arguments);
  MdcMatmul shape = {};
  shape.partials = conv.partials;
  shape.rows = conv.pictures * conv.outHeight * conv.outWidth;
  shape.columns = conv.outChannels;
  shape.batches = shape.innerBatches = conv.groups;
  shape.splits = conv.splits;
  SUM_SPLITS(&shape, arguments.words);
}
