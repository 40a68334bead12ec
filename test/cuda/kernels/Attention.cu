// A kernel around one loop of attention, as the compiler generates it. -DMAIN_LOOP names the loop,
// -DTHREADS says how many a block has, -DKNOWN holds assignments to `shape` of what the compiler
// knows. Words: queries, keys, values, out, mask [rows][columns], the fields of MdcAttention from
// `rows` on, status; with -DMAPS, the tensor maps of queries, keys and values behind.
#include "runtime/cuda/kernels/Attention.h"

#ifndef KNOWN
#define KNOWN
#endif

struct Arguments {
  uint64_t words[27];
#ifdef MAPS
  alignas(64) uint64_t maps[3][16];
#endif
};
typedef __attribute__((address_space(1))) float GlobalFloat;
typedef __attribute__((address_space(1))) const float GlobalNumber;

#define BODY extern "C" __attribute__((device, always_inline))

// Adds to `out`, which shows an element that is stored twice.
BODY void mdc_store1(const uint64_t *words, int64_t batch, int64_t row, int64_t column, float sum) {
  ((GlobalFloat *)words[3])[(batch * words[5] + row) * words[8] + column] += sum;
}
BODY void mdc_store2(const uint64_t *words, int64_t batch, int64_t row, int64_t column, float sum0,
                     float sum1) {
  mdc_store1(words, batch, row, column, sum0);
  mdc_store1(words, batch, row, column + 1, sum1);
}

BODY float mdc_score(const uint64_t *words, int64_t, int64_t row, int64_t column, float sum) {
  return sum * 0.25f + ((GlobalNumber *)words[4])[row * words[6] + column];
}

extern "C" MDC_DEVICE void MAIN_LOOP(const MdcAttention *shape, const uint64_t *arguments);

// operands are loaded as global addresses, so that the main loop's accesses become global ones
MDC_INLINE void *global(uint64_t word) { return (void *)(GlobalFloat *)word; }

extern "C" __attribute__((global, launch_bounds(THREADS, 1))) void
kernel(__attribute__((grid_constant)) const Arguments arguments) {
  MdcAttention shape = {};
#ifdef MAPS
  shape.queries = arguments.maps[0];
  shape.keys = arguments.maps[1];
  shape.values = arguments.maps[2];
#else
  shape.queries = global(arguments.words[0]);
  shape.keys = global(arguments.words[1]);
  shape.values = global(arguments.words[2]);
#endif
  int64_t *fields = &shape.rows;
#pragma unroll
  for (int i = 0; i < 21; ++i)
    fields[i] = arguments.words[5 + i];
  KNOWN;
  MAIN_LOOP(&shape, arguments.words);
}
