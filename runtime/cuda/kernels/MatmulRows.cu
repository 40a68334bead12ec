// Products of few rows: as fast as `right` can be read, so each block reads its columns of it once,
// straight into registers, whatever their order in memory. 128 threads. On tensor cores most of a
// tile's rows would be none.
#include "runtime/cuda/kernels/MatmulTile.h"

namespace mdc {

// What is multiplied, and added up in `Sum`.
template <class ElementOf> struct FloatsOf {
  typedef ElementOf Element;
  typedef float Sum;
  typedef Element Chunk __attribute__((ext_vector_type(16 / sizeof(Element))));

  MDC_INLINE static void add(float &sum, Element left, Element right) {
    sum = __builtin_fmaf((float)left, (float)right, sum);
  }
  MDC_INLINE static void addChunk(float &sum, const Chunk &left, const Chunk &right) {
#pragma unroll
    for (unsigned n = 0; n < 16 / sizeof(Element); ++n)
      add(sum, left[n], right[n]);
  }
};
// Of one operand unsigned, the other one signed.
template <class Left, class Right, int32_t dot(uint32_t, uint32_t, int32_t)> struct BytesOf {
  typedef uint8_t Element;
  typedef int32_t Sum;
  typedef Element Chunk __attribute__((ext_vector_type(16)));
  typedef uint32_t Words __attribute__((ext_vector_type(4)));

  MDC_INLINE static void add(int32_t &sum, uint8_t left, uint8_t right) {
    sum += (Left)left * (Right)right;
  }
  MDC_INLINE static void addChunk(int32_t &sum, const Chunk &left, const Chunk &right) {
    const Words lefts = __builtin_bit_cast(Words, left), rights = __builtin_bit_cast(Words, right);
#pragma unroll
    for (int n = 0; n < 4; ++n)
      sum = dot(lefts[n], rights[n], sum);
  }
};
using BytesLeftUnsigned = BytesOf<uint8_t, int8_t, mdc_dot_u8_s8>;
using BytesRightUnsigned = BytesOf<int8_t, uint8_t, mdc_dot_s8_u8>;

MDC_INLINE float sumOfWarp(float sum) {
#pragma unroll
  for (uint32_t mask = 16; mask; mask /= 2)
    sum += mdc_shuffle_xor_f32(sum, mask);
  return sum;
}
MDC_INLINE int32_t sumOfWarp(int32_t sum) {
#pragma unroll
  for (uint32_t mask = 16; mask; mask /= 2)
    sum += __builtin_bit_cast(int32_t, mdc_shuffle_xor_f32(__builtin_bit_cast(float, sum), mask));
  return sum;
}

template <class Number, int tileRows> struct MatmulRows {
  typedef MdcMatmul Shape;
  typedef typename Number::Element Element;
  typedef typename Number::Sum Sum;
  typedef typename Number::Chunk Chunk;
  static constexpr int tileColumns = 32, warps = 4, threads = 32 * warps;
  static constexpr int chunk = 16 / sizeof(Element);
  static constexpr int warpDepth = 32 * chunk;            // a chunk for each lane
  static constexpr int warpColumns = tileColumns / warps; // where a warp reads along the depth
  // Where threads read along the columns: 8 bytes, and a slice of the depth, interleaved.
  static constexpr int width = 8 / sizeof(Element), runs = tileColumns / width;
  static constexpr int slices = threads / runs;
  static constexpr int ahead = 4; // loads under way in a thread
  typedef Element Run __attribute__((ext_vector_type(width)));
  typedef Sum Pair __attribute__((ext_vector_type(2)));

  /// A warp has 8 columns, its lanes share the depth.
  MDC_INLINE static void alongDepth(const MdcMatmul &shape, const Part &part,
                                    const Lines<Element> &lefts, const Lines<Element> &rights,
                                    const uint64_t *arguments) {
    const int lane = mdc_thread() % 32;
    const int64_t column = part.column + mdc_thread() / 32 * warpColumns;
    Sum sums[tileRows][warpColumns] = {};
    for (int64_t k = part.depthBegin + lane * chunk; k < part.depthEnd; k += warpDepth) {
      Chunk right[warpColumns];
#pragma unroll
      for (int j = 0; j < warpColumns; ++j)
        right[j] = chunkOfDepth(rights, column + j, k);
#pragma unroll
      for (int i = 0; i < tileRows; ++i) {
        const Chunk left = chunkOfDepth(lefts, part.row + i, k);
#pragma unroll
        for (int j = 0; j < warpColumns; ++j)
          Number::addChunk(sums[i][j], left, right[j]);
      }
    }
#pragma unroll
    for (int i = 0; i < tileRows; ++i)
#pragma unroll
      for (int j = 0; j < warpColumns; j += 2) {
        const Sum sum0 = sumOfWarp(sums[i][j]), sum1 = sumOfWarp(sums[i][j + 1]);
        if (lane == 0)
          emit(shape, part, arguments, part.row + i, column + j, sum0, sum1);
      }
  }

  /// Zeros behind the depth. Lines outside are read as the last one, which costs less than a test:
  /// nothing stores them.
  MDC_INLINE static Chunk chunkOfDepth(const Lines<Element> &of, int64_t line, int64_t k) {
    const Element *from = of.at(smaller(line, of.lines - 1), k);
    const int64_t inside = of.depthEnd - k;
    if (of.aligned && of.depthStride == 1 && inside >= chunk)
      return *(const Chunk *)from;
    Chunk gathered = {};
#pragma unroll
    for (int n = 0; n < chunk; ++n)
      if (n < inside)
        gathered[n] = from[n * of.depthStride];
    return gathered;
  }

  /// A thread has a run of columns and a slice of the depth; slices meet in shared memory.
  MDC_INLINE static void alongColumns(const MdcMatmul &shape, const Part &part,
                                      const Lines<Element> &lefts, const Lines<Element> &rights,
                                      const uint64_t *arguments) {
    const int slice = mdc_thread() / runs, column = mdc_thread() % runs * width;
    Sum sums[tileRows][width] = {};
    for (int64_t k = part.depthBegin + slice; k < part.depthEnd; k += ahead * slices) {
      Run right[ahead];
#pragma unroll
      for (int n = 0; n < ahead; ++n)
        right[n] = runOfColumns(rights, part.column + column, k + n * slices);
#pragma unroll
      for (int i = 0; i < tileRows; ++i)
#pragma unroll
        for (int n = 0; n < ahead; ++n) {
          const Element left = element(lefts, part.row + i, k + n * slices);
#pragma unroll
          for (int j = 0; j < width; ++j)
            Number::add(sums[i][j], left, right[n][j]);
        }
    }
    Pair *shared = (Pair *)mdc_shared_memory(); // [slices][tileRows][tileColumns / 2]
#pragma unroll
    for (int i = 0; i < tileRows; ++i)
#pragma unroll
      for (int j = 0; j < width; j += 2)
        shared[pairAt(slice, i, column + j)] = {sums[i][j], sums[i][j + 1]};
    mdc_barrier();
    const int row = mdc_thread() / (tileColumns / 2), two = mdc_thread() % (tileColumns / 2) * 2;
    if (row >= tileRows)
      return;
    Pair sum = shared[pairAt(0, row, two)];
#pragma unroll
    for (int from = 1; from < slices; ++from)
      sum += shared[pairAt(from, row, two)];
    emit(shape, part, arguments, part.row + row, part.column + two, sum.x, sum.y);
  }
  static_assert(tileRows * tileColumns / 2 <= threads, "a thread for every pair of sums");

  MDC_INLINE static int pairAt(int slice, int row, int column) {
    return ((slice * tileRows + row) * tileColumns + column) / 2;
  }

  MDC_INLINE static Element element(const Lines<Element> &of, int64_t line, int64_t k) {
    if (line >= of.lines || k >= of.depthEnd)
      return 0;
    return *of.at(line, k);
  }

  MDC_INLINE static Run runOfColumns(const Lines<Element> &of, int64_t line, int64_t k) {
    if (of.aligned && line + width <= of.lines && k < of.depthEnd)
      return *(const Run *)of.at(line, k);
    Run gathered = {};
#pragma unroll
    for (int n = 0; n < width; ++n)
      gathered[n] = element(of, line + n, k);
    return gathered;
  }

  MDC_INLINE static void run(const MdcMatmul &shape, const uint64_t *arguments) {
    const Part part = partOfBlock(shape, tileRows, tileColumns, warpDepth);
    const Lines lefts = leftLines<Element>(shape, part), rights = rightLines<Element>(shape, part);
    if (rights.alongDepth())
      alongDepth(shape, part, lefts, rights, arguments);
    else
      alongColumns(shape, part, lefts, rights, arguments);
  }
};

} // namespace mdc

#define MDC_ROWS_LOOPS(NAME, ...)                                                                  \
  namespace mdc {                                                                                  \
  template <int rows> using NAME##Rows = MatmulRows<__VA_ARGS__, rows>;                            \
  }                                                                                                \
  MDC_MAIN_LOOP(mdc_matmul_##NAME##_1x32, mdc::NAME##Rows<1>)                                      \
  MDC_MAIN_LOOP(mdc_matmul_##NAME##_2x32, mdc::NAME##Rows<2>)                                      \
  MDC_MAIN_LOOP(mdc_matmul_##NAME##_4x32, mdc::NAME##Rows<4>)

MDC_ROWS_LOOPS(f32, FloatsOf<float>)
MDC_MAIN_LOOP(mdc_matmul_f32_8x32, mdc::f32Rows<8>)
// As fast without rounding.
MDC_ROWS_LOOPS(tf32, FloatsOf<float>)
MDC_ROWS_LOOPS(f16, FloatsOf<_Float16>)
MDC_ROWS_LOOPS(bf16, FloatsOf<__bf16>)
MDC_ROWS_LOOPS(u8s8, BytesLeftUnsigned)
MDC_ROWS_LOOPS(s8u8, BytesRightUnsigned)
