// Kernels around one main loop and around the sum of its splits, as the compiler generates them.
// -DMAIN_LOOP names the loop, -DSUM_SPLITS the other, -DTHREADS says how many a block has, -DKNOWN
// holds assignments to `shape` of what the compiler knows. Words: left, right, out, partials, the
// fields of MdcMatmul from `rows` on, status; with -DMAPS, the tensor maps of left and right
// behind.
#include "runtime/cuda/kernels/Matmul.h"

#ifndef KNOWN
#define KNOWN
#endif

struct Arguments {
  uint64_t words[21];
#ifdef MAPS
  alignas(64) uint64_t maps[2][16];
#endif
};
typedef __attribute__((address_space(1))) float GlobalFloat;

#define BODY extern "C" __attribute__((device, always_inline))

// Adds to `out`, which shows an element that is stored twice.
template <class Sum>
MDC_INLINE void add(const uint64_t *words, int64_t batch, int64_t row, int64_t column, Sum sum) {
  typedef __attribute__((address_space(1))) Sum Global;
  ((Global *)words[2])[(batch * words[4] + row) * words[5] + column] += sum;
}
template <class Sum>
MDC_INLINE void add2(const uint64_t *words, int64_t batch, int64_t row, int64_t column, Sum sum0,
                     Sum sum1) {
  typedef Sum Pair __attribute__((ext_vector_type(2)));
  typedef __attribute__((address_space(1))) Pair GlobalPair;
  if (words[5] % 2 == 0) {
    const int64_t pair = ((batch * words[4] + row) * words[5] + column) / 2;
    ((GlobalPair *)words[2])[pair] += Pair{sum0, sum1};
    return;
  }
  add(words, batch, row, column, sum0);
  add(words, batch, row, column + 1, sum1);
}

#define STORES(NAME1, NAME2, SUM)                                                                  \
  BODY void NAME1(const uint64_t *words, int64_t batch, int64_t row, int64_t column, SUM sum) {    \
    add(words, batch, row, column, sum);                                                           \
  }                                                                                                \
  BODY void NAME2(const uint64_t *words, int64_t batch, int64_t row, int64_t column, SUM sum0,     \
                  SUM sum1) {                                                                      \
    add2(words, batch, row, column, sum0, sum1);                                                   \
  }
STORES(mdc_store1, mdc_store2, float)
STORES(mdc_store1_i32, mdc_store2_i32, int32_t)

extern "C" MDC_DEVICE void MAIN_LOOP(const MdcMatmul *shape, const uint64_t *arguments);
extern "C" MDC_DEVICE void SUM_SPLITS(const MdcMatmul *shape, const uint64_t *arguments);

// operands are loaded as global addresses, so that the main loop's accesses become global ones
MDC_INLINE void *global(uint64_t word) { return (void *)(GlobalFloat *)word; }

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
