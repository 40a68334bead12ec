// True f32 where the rows are few: as fast as `right` can be read, so each block reads its columns
// of it once, straight into registers, whatever their order in memory. 128 threads.
#include "runtime/cuda/kernels/MatmulTile.h"

namespace mdc {

typedef float Pair __attribute__((ext_vector_type(2)));

template <int tileRows> struct MatmulF32Rows {
  typedef MdcMatmul Shape;
  static constexpr int tileColumns = 32, warps = 4;
  static constexpr int warpDepth = 128;                   // 32 lanes, a quad each
  static constexpr int warpColumns = tileColumns / warps; // where a warp reads along the depth
  static constexpr int pairs = tileColumns / 2;           // where threads read along the columns
  static constexpr int slices = warps * 32 / pairs;       // of the depth, interleaved
  static constexpr int ahead = 4;                         // loads under way in a thread

  /// A warp has 8 columns, its lanes share the depth.
  MDC_INLINE static void alongDepth(const MdcMatmul &shape, const Part &part,
                                    const Lines<float> &lefts, const Lines<float> &rights,
                                    const uint64_t *arguments) {
    const int lane = mdc_thread() % 32;
    const int64_t column = part.column + mdc_thread() / 32 * warpColumns;
    float sums[tileRows][warpColumns] = {};
    for (int64_t k = part.depthBegin + lane * 4; k < part.depthEnd; k += warpDepth) {
      Quad right[warpColumns];
#pragma unroll
      for (int j = 0; j < warpColumns; ++j)
        right[j] = quadOfDepth(rights, column + j, k);
#pragma unroll
      for (int i = 0; i < tileRows; ++i) {
        const Quad left = quadOfDepth(lefts, part.row + i, k);
#pragma unroll
        for (int j = 0; j < warpColumns; ++j)
#pragma unroll
          for (int n = 0; n < 4; ++n)
            sums[i][j] = __builtin_fmaf(left[n], right[j][n], sums[i][j]);
      }
    }
#pragma unroll
    for (int i = 0; i < tileRows; ++i)
#pragma unroll
      for (int j = 0; j < warpColumns; j += 2) {
        const float sum0 = sumOfWarp(sums[i][j]), sum1 = sumOfWarp(sums[i][j + 1]);
        if (lane == 0)
          emit(shape, part, arguments, part.row + i, column + j, sum0, sum1);
      }
  }

  /// Lines outside are read as the last one, which costs less than a test: nothing stores them.
  MDC_INLINE static Quad quadOfDepth(const Lines<float> &of, int64_t line, int64_t k) {
    return quadFrom(of.at(smaller(line, of.lines - 1), k), of.depthEnd - k, of.depthStride,
                    of.aligned);
  }

  MDC_INLINE static float sumOfWarp(float sum) {
#pragma unroll
    for (uint32_t mask = 16; mask; mask /= 2)
      sum += mdc_shuffle_xor_f32(sum, mask);
    return sum;
  }

  /// A thread has two columns and a slice of the depth; slices meet in shared memory.
  MDC_INLINE static void alongColumns(const MdcMatmul &shape, const Part &part,
                                      const Lines<float> &lefts, const Lines<float> &rights,
                                      const uint64_t *arguments) {
    const int slice = mdc_thread() / pairs, column = mdc_thread() % pairs * 2;
    Pair sums[tileRows] = {};
    for (int64_t k = part.depthBegin + slice; k < part.depthEnd; k += ahead * slices) {
      Pair right[ahead];
#pragma unroll
      for (int n = 0; n < ahead; ++n)
        right[n] = pair(rights, part.column + column, k + n * slices);
#pragma unroll
      for (int i = 0; i < tileRows; ++i)
#pragma unroll
        for (int n = 0; n < ahead; ++n) {
          const float left = element(lefts, part.row + i, k + n * slices);
          sums[i].x = __builtin_fmaf(left, right[n].x, sums[i].x);
          sums[i].y = __builtin_fmaf(left, right[n].y, sums[i].y);
        }
    }
    Pair *shared = (Pair *)mdc_shared_memory(); // [slices][tileRows][pairs]
#pragma unroll
    for (int i = 0; i < tileRows; ++i)
      shared[(slice * tileRows + i) * pairs + column / 2] = sums[i];
    mdc_barrier();
    if (slice >= tileRows)
      return;
    Pair sum = shared[slice * pairs + column / 2];
#pragma unroll
    for (int from = 1; from < slices; ++from)
      sum += shared[(from * tileRows + slice) * pairs + column / 2];
    emit(shape, part, arguments, part.row + slice, part.column + column, sum.x, sum.y);
  }
  static_assert(tileRows <= slices, "a slice of threads for every row");

  MDC_INLINE static float element(const Lines<float> &of, int64_t line, int64_t k) {
    if (line >= of.lines || k >= of.depthEnd)
      return 0;
    return *of.at(line, k);
  }

  MDC_INLINE static Pair pair(const Lines<float> &of, int64_t line, int64_t k) {
    if (of.aligned && line + 1 < of.lines && k < of.depthEnd)
      return *(const Pair *)of.at(line, k);
    return {element(of, line, k), element(of, line + 1, k)};
  }

  MDC_INLINE static void run(const MdcMatmul &shape, const uint64_t *arguments) {
    const Part part = partOfBlock(shape, tileRows, tileColumns, warpDepth);
    const Lines lefts = leftLines<float>(shape, part), rights = rightLines<float>(shape, part);
    if (rights.alongDepth())
      alongDepth(shape, part, lefts, rights, arguments);
    else
      alongColumns(shape, part, lefts, rights, arguments);
  }
};

} // namespace mdc

MDC_MAIN_LOOP(mdc_matmul_f32_1x32, mdc::MatmulF32Rows<1>)
MDC_MAIN_LOOP(mdc_matmul_f32_2x32, mdc::MatmulF32Rows<2>)
MDC_MAIN_LOOP(mdc_matmul_f32_4x32, mdc::MatmulF32Rows<4>)
MDC_MAIN_LOOP(mdc_matmul_f32_8x32, mdc::MatmulF32Rows<8>)
