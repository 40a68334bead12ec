// True f32: fused multiply-adds on the CUDA cores, in the order of the depth.
#pragma once

#include "runtime/cuda/kernels/MatmulTile.h"

namespace mdc {

/// The share of a tile that one thread carries from global to shared memory: through registers, so
/// that the loads of the next tile are under way while this one is multiplied.
template <int tileLines, int tileDepth, int threads> struct Carried {
  typedef float Element;
  static constexpr int count = tileLines * tileDepth / 4 / threads;
  static constexpr int chunksOfThread = count, threadsOfTile = threads,
                       threadsOfLine = tileDepth / 4;
  static constexpr int pitch = tileLines + 4; // keeps 16-byte alignment, spreads banks
  static_assert(count * 4 * threads == tileLines * tileDepth, "whole quads for every thread");
  Quad quads[count];

  /// Where a thread's quad begins within the tile.
  MDC_INLINE static void place(bool alongDepth, int quad, int &line, int &k) {
    const int index = mdc_thread() + quad * threads;
    line = alongDepth ? index / (tileDepth / 4) : index % (tileLines / 4) * 4;
    k = alongDepth ? index % (tileDepth / 4) * 4 : index / (tileLines / 4);
  }

  MDC_INLINE static bool liesAlongDepth(const Lines<float> &of) { return of.alongDepth(); }
  MDC_INLINE static void fetch(Carried &to, const Lines<float> &of, int64_t firstLine,
                               int64_t firstDepth) {
    const bool alongDepth = of.alongDepth();
#pragma unroll
    for (int quad = 0; quad < count; ++quad) {
      int lineOfTile, depthOfTile;
      place(alongDepth, quad, lineOfTile, depthOfTile);
      const int64_t line = firstLine + lineOfTile, k = firstDepth + depthOfTile;
      to.quads[quad] = quadFrom(of.at(line, k), of.inside(line, k, alongDepth, 4),
                                alongDepth ? of.depthStride : of.lineStride, of.aligned);
    }
  }

  /// Quad `i` of this thread, along the depth, from its window.
  template <class Windows>
  MDC_INLINE static void fetchWindow(Carried &to, const Windows &windows, int i,
                                     const typename Windows::Tap &tap) {
    to.quads[i] = windows.quad(i, tap);
  }

  MDC_INLINE void store(bool alongDepth, float *tile) const {
#pragma unroll
    for (int quad = 0; quad < count; ++quad) {
      int line, k;
      place(alongDepth, quad, line, k);
      if (alongDepth) {
#pragma unroll
        for (int i = 0; i < 4; ++i)
          tile[(k + i) * pitch + line] = quads[quad][i];
      } else
        *(Quad *)&tile[k * pitch + line] = quads[quad];
    }
  }
};

/// A thread sums rows and columns in runs of 4, so that it reads shared memory by 16 bytes; its
/// runs lie `tile / runs` apart. A warp is 4 threads of rows by 8 of columns.
/// `Rows`: where the left operand's come from, MatrixRows or WindowRows.
template <template <class> class Rows, int tileRows, int tileColumns, int tileDepth, int rowRuns,
          int columnRuns>
struct F32Loop {
  static constexpr int threadsAlongRows = tileRows / rowRuns / 4;
  static constexpr int threadsAlongColumns = tileColumns / columnRuns / 4;
  static constexpr int threads = threadsAlongRows * threadsAlongColumns;
  static constexpr int warpsAlongColumns = threadsAlongColumns / 8;
  using Left = Carried<tileRows, tileDepth, threads>;
  using Right = Carried<tileColumns, tileDepth, threads>;
  using LeftRows = Rows<Left>;
  using RightColumns = MatrixColumns<Right>;
  typedef typename LeftRows::Shape Shape;
  static constexpr int leftFloats = tileDepth * Left::pitch;
  static constexpr int stageFloats = leftFloats + tileDepth * Right::pitch;

  float sums[rowRuns * 4][columnRuns * 4];
  int row, column; // of the thread's first run

  MDC_INLINE void begin() {
    const int warp = mdc_thread() / 32, lane = mdc_thread() % 32;
    row = (warp / warpsAlongColumns * 4 + lane / 8) * 4;
    column = (warp % warpsAlongColumns * 8 + lane % 8) * 4;
#pragma unroll
    for (int i = 0; i < rowRuns * 4; ++i)
#pragma unroll
      for (int j = 0; j < columnRuns * 4; ++j)
        sums[i][j] = 0;
  }

  MDC_INLINE void multiply(const float *stage) {
#pragma unroll
    for (int k = 0; k < tileDepth; ++k) {
      Quad left[rowRuns], right[columnRuns];
#pragma unroll
      for (int run = 0; run < rowRuns; ++run)
        left[run] = *(const Quad *)&stage[k * Left::pitch + row + run * (tileRows / rowRuns)];
#pragma unroll
      for (int run = 0; run < columnRuns; ++run)
        right[run] = *(const Quad *)&stage[leftFloats + k * Right::pitch + column +
                                           run * (tileColumns / columnRuns)];
#pragma unroll
      for (int i = 0; i < rowRuns * 4; ++i)
#pragma unroll
        for (int j = 0; j < columnRuns * 4; ++j)
          sums[i][j] = __builtin_fmaf(left[i / 4][i % 4], right[j / 4][j % 4], sums[i][j]);
    }
  }

  MDC_INLINE void finish(const MdcMatmul &shape, const Part &part, const uint64_t *arguments) {
#pragma unroll
    for (int i = 0; i < rowRuns * 4; ++i)
#pragma unroll
      for (int j = 0; j < columnRuns * 4; j += 2)
        emit(shape, part, arguments, part.row + row + i / 4 * (tileRows / rowRuns) + i % 4,
             part.column + column + j / 4 * (tileColumns / columnRuns) + j % 4, sums[i][j],
             sums[i][j + 1]);
  }

  MDC_INLINE static void run(const Shape &shape, const uint64_t *arguments) {
    const MdcMatmul product = LeftRows::productOf(shape);
    const Part part = partOfBlock(product, tileRows, tileColumns, tileDepth);
    const LeftRows lefts(shape, product, part);
    const RightColumns rights(product, part);
    float *stages = (float *)mdc_shared_memory();
    F32Loop tile;
    Left left;
    Right right;
    tile.begin();
    lefts.fetch(left, part.depthBegin);
    rights.fetch(right, part.depthBegin);
    left.store(lefts.alongDepth(), stages);
    right.store(rights.alongDepth(), stages + leftFloats);
    mdc_barrier();
    int stage = 0;
    for (int64_t k = part.depthBegin; k < part.depthEnd; k += tileDepth) {
      lefts.fetch(left, k + tileDepth);
      rights.fetch(right, k + tileDepth);
      tile.multiply(stages + stage * stageFloats);
      stage ^= 1; // nobody has read this one since the last barrier
      left.store(lefts.alongDepth(), stages + stage * stageFloats);
      right.store(rights.alongDepth(), stages + stage * stageFloats + leftFloats);
      mdc_barrier();
    }
    tile.finish(product, part, arguments);
  }
};

} // namespace mdc

/// The loops NAME_TILE.
#define MDC_F32_LOOPS(ROWS_OF, NAME)                                                               \
  namespace mdc {                                                                                  \
  using Tile128x128 = F32Loop<ROWS_OF, 128, 128, 8, 2, 2>;                                         \
  using Tile64x64 = F32Loop<ROWS_OF, 64, 64, 16, 1, 1>;                                            \
  using Tile32x32 = F32Loop<ROWS_OF, 32, 32, 16, 1, 1>;                                            \
  }                                                                                                \
  MDC_MAIN_LOOP(NAME##_128x128, mdc::Tile128x128)                                                  \
  MDC_MAIN_LOOP(NAME##_64x64, mdc::Tile64x64)                                                      \
  MDC_MAIN_LOOP(NAME##_32x32, mdc::Tile32x32)
