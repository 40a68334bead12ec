// Matrices on the tensor cores by mma.sync: four stages of both operands are in flight, and a warp
// has warpRows x warpColumns of the tile.
#pragma once

#include "runtime/cuda/kernels/TensorTile.h"

namespace mdc {

/// `Rows`: where the left operand's come from, MatrixRows or WindowRows.
template <template <class> class Rows, class Number, int tileRows, int tileColumns, int warpRows,
          int warpColumns>
struct TensorLoop {
  typedef typename Number::Element Element;
  typedef typename Number::Sum Sum;
  static constexpr int stages = 4;
  static constexpr int warpsAlongColumns = tileColumns / warpColumns;
  static constexpr int threads = tileRows / warpRows * warpsAlongColumns * 32;
  using Left = TensorTile<Number, tileRows, threads>;
  using Right = TensorTile<Number, tileColumns, threads>;
  using LeftRows = Rows<Left>;
  using RightColumns = MatrixColumns<Right>;
  typedef typename LeftRows::Shape Shape;
  static constexpr int tileDepth = Left::tileDepth;
  static constexpr int stageElements = Left::elements + Right::elements;

  Sum sums[warpRows / 16][warpColumns / 8][4];
  int row, column; // of the warp

  MDC_INLINE void begin() {
    const int warp = mdc_thread() / 32;
    row = warp / warpsAlongColumns * warpRows;
    column = warp % warpsAlongColumns * warpColumns;
#pragma unroll
    for (int i = 0; i < warpRows / 16; ++i)
#pragma unroll
      for (int j = 0; j < warpColumns / 8; ++j)
#pragma unroll
        for (int n = 0; n < 4; ++n)
          sums[i][j][n] = 0;
  }

  MDC_INLINE void multiply(const Element *stage, bool leftAlongDepth, bool rightAlongDepth) {
#pragma unroll
    for (int part = 0; part < Left::depthChunks; part += 2) {
      uint32_t left[warpRows / 16][4], right[warpColumns / 16][4];
#pragma unroll
      for (int i = 0; i < warpRows / 16; ++i)
        Left::load(left[i], stage, leftAlongDepth, row + i * 16, part, true);
#pragma unroll
      for (int j = 0; j < warpColumns / 16; ++j)
        Right::load(right[j], stage + Left::elements, rightAlongDepth, column + j * 16, part,
                    false);
#pragma unroll
      for (int i = 0; i < warpRows / 16; ++i)
#pragma unroll
        for (int j = 0; j < warpColumns / 8; ++j)
          Number::multiply(sums[i][j], left[i], right[j / 2] + j % 2 * 2);
    }
  }

  MDC_INLINE void finish(const MdcMatmul &shape, const Part &part, const uint64_t *arguments) {
    const int lane = mdc_thread() % 32;
#pragma unroll
    for (int i = 0; i < warpRows / 16; ++i)
#pragma unroll
      for (int half = 0; half < 2; ++half)
#pragma unroll
        for (int j = 0; j < warpColumns / 8; ++j)
          emit(shape, part, arguments, part.row + row + i * 16 + half * 8 + lane / 4,
               part.column + column + j * 8 + lane % 4 * 2, sums[i][j][half * 2],
               sums[i][j][half * 2 + 1]);
  }

  MDC_INLINE static void fetch(Element *stage, const LeftRows &lefts, const RightColumns &rights,
                               int64_t k) {
    lefts.fetch(stage, k);
    rights.fetch(stage + Left::elements, k);
    mdc_copy_commit();
  }

  MDC_INLINE static void run(const Shape &shape, const uint64_t *arguments) {
    const MdcMatmul product = LeftRows::productOf(shape);
    const Part part = partOfBlock(product, tileRows, tileColumns, tileDepth);
    const LeftRows lefts(shape, product, part);
    const RightColumns rights(product, part);
    Element *shared = (Element *)mdc_shared_memory();
    TensorLoop tile;
    tile.begin();
#pragma unroll
    for (int stage = 0; stage < stages - 1; ++stage)
      fetch(shared + stage * stageElements, lefts, rights, part.depthBegin + stage * tileDepth);
    int stage = 0;
    for (int64_t k = part.depthBegin; k < part.depthEnd; k += tileDepth) {
      mdc_copy_wait(stages - 2);
      mdc_barrier(); // all have this stage, and none still reads the one before it
      const int next = (stage + stages - 1) % stages;
      fetch(shared + next * stageElements, lefts, rights, k + (stages - 1) * tileDepth);
      tile.multiply(shared + stage * stageElements, lefts.alongDepth(), rights.alongDepth());
      stage = (stage + 1) % stages;
    }
    tile.finish(product, part, arguments);
  }
};

} // namespace mdc

#define MDC_TENSOR_LOOP(ROWS_OF, NAME, NUMBER, ROWS, COLUMNS, WARP_ROWS, WARP_COLUMNS)             \
  namespace mdc {                                                                                  \
  using NUMBER##ROWS##x##COLUMNS =                                                                 \
      TensorLoop<ROWS_OF, NUMBER, ROWS, COLUMNS, WARP_ROWS, WARP_COLUMNS>;                         \
  }                                                                                                \
  MDC_MAIN_LOOP(NAME##_##ROWS##x##COLUMNS, mdc::NUMBER##ROWS##x##COLUMNS)

// A warp of tf32 takes less: a fragment is loaded by elements, whose places need registers.
#define MDC_TENSOR_LOOPS_OF(ROWS_OF, NAME, NUMBER, LARGE_WARP_COLUMNS)                             \
  MDC_TENSOR_LOOP(ROWS_OF, NAME, NUMBER, 128, 128, 64, LARGE_WARP_COLUMNS)                         \
  MDC_TENSOR_LOOP(ROWS_OF, NAME, NUMBER, 64, 64, 32, 32)                                           \
  MDC_TENSOR_LOOP(ROWS_OF, NAME, NUMBER, 16, 64, 16, 16)

/// The loops NAME_ELEMENT_TILE.
#define MDC_TENSOR_LOOPS(ROWS_OF, NAME)                                                            \
  MDC_TENSOR_LOOPS_OF(ROWS_OF, NAME##_f16, Half, 64)                                               \
  MDC_TENSOR_LOOPS_OF(ROWS_OF, NAME##_bf16, Bfloat, 64)                                            \
  MDC_TENSOR_LOOPS_OF(ROWS_OF, NAME##_tf32, Tf32, 32)                                              \
  MDC_TENSOR_LOOPS_OF(ROWS_OF, NAME##_u8s8, BytesLeftUnsigned, 64)                                 \
  MDC_TENSOR_LOOPS_OF(ROWS_OF, NAME##_s8u8, BytesRightUnsigned, 64)
