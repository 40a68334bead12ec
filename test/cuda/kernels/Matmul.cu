// Kernels around one main loop and around the sum of its splits, as the compiler generates them.
// -DMAIN_LOOP names the loop, -DSUM_SPLITS the other, -DTHREADS says how many a block has, -DKNOWN
// holds assignments to `shape` of what the compiler knows. Words: left, right, out, partials, the
// fields of MdcMatmul from `rows` on, status; with -DMAPS, the tensor maps of left and right
// behind.
#include "test/cuda/kernels/Stores.h"

#ifndef KNOWN
#define KNOWN
#endif

struct Arguments {
  uint64_t words[21];
#ifdef MAPS
  alignas(64) uint64_t maps[2][16];
#endif
};
extern "C" MDC_DEVICE void MAIN_LOOP(const MdcMatmul *shape, const uint64_t *arguments);
extern "C" MDC_DEVICE void SUM_SPLITS(const MdcMatmul *shape, const uint64_t *arguments);

MDC_INLINE MdcMatmul shapeOf(const Arguments &arguments) {
  MdcMatmul shape = {};
#ifdef MAPS
  shape.left = arguments.maps[0];
  shape.right = arguments.maps[1];
#else
  shape.left = global(arguments.words[0]);
  shape.right = global(arguments.words[1]);
#endif
  shape.partials = global(arguments.words[3]);
  int64_t *fields = &shape.rows;
#pragma unroll
  for (int i = 0; i < 16; ++i)
    fields[i] = arguments.words[4 + i];
  KNOWN;
  return shape;
}

extern "C" __attribute__((global, launch_bounds(THREADS, 1))) void
kernel(__attribute__((grid_constant)) const Arguments arguments) {
  const MdcMatmul shape = shapeOf(arguments);
  MAIN_LOOP(&shape, arguments.words);
}

extern "C" __attribute__((global, launch_bounds(256))) void sumSplits(__attribute__((grid_constant))
                                                                      const Arguments arguments) {
  const MdcMatmul shape = shapeOf(arguments);
  SUM_SPLITS(&shape, arguments.words);
}
