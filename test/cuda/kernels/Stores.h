// Stores of main loops into [batches][rows][columns], as the compiler generates them. Words of the
// kernels: two operands, out, partials, rows, columns, then what the kernel's shape holds.
#pragma once

#include "runtime/cuda/kernels/Matmul.h"

typedef __attribute__((address_space(1))) float GlobalFloat;

#define BODY extern "C" __attribute__((device, always_inline))

// operands are loaded as global addresses, so that the main loop's accesses become global ones
MDC_INLINE void *global(uint64_t word) { return (void *)(GlobalFloat *)word; }

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
