// The second kernel of a product whose depth several blocks share: adds their partial sums, always
// in the same order, and stores. 256 threads; a thread has two columns of a row.
#include "runtime/cuda/kernels/MatmulTile.h"

namespace mdc {

static constexpr int threads = 256;

template <class Sum>
MDC_INLINE Sum sumOfSplits(const MdcMatmul &shape, int64_t batch, int64_t row, int64_t column) {
  const int64_t matrix = shape.rows * shape.columns;
  const Sum *from = (const Sum *)shape.partials + batch * matrix + row * shape.columns + column;
  Sum sum = 0;
  for (int64_t split = 0; split < shape.splits; ++split)
    sum += from[split * shape.batches * matrix];
  return sum;
}

template <class Sum> struct SumSplits {
  typedef MdcMatmul Shape;
  MDC_INLINE static void run(const MdcMatmul &shape, const uint64_t *arguments) {
    const int64_t pairs = ceilDivide(shape.columns, 2);
    const int64_t index = (int64_t)mdc_block_x() * threads + mdc_thread();
    const int64_t row = index / pairs, column = index % pairs * 2, batch = mdc_block_z();
    if (row >= shape.rows)
      return;
    const Sum sum0 = sumOfSplits<Sum>(shape, batch, row, column);
    if (column + 1 < shape.columns)
      store(arguments, batch, row, column, sum0, sumOfSplits<Sum>(shape, batch, row, column + 1));
    else
      store(arguments, batch, row, column, sum0);
  }
};

} // namespace mdc

MDC_MAIN_LOOP(mdc_matmul_sum_splits_f32, mdc::SumSplits<float>)
MDC_MAIN_LOOP(mdc_matmul_sum_splits_i32, mdc::SumSplits<int32_t>)
