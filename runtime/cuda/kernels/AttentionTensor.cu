// Attention on the tensor cores, from sm_80 on, by mma.sync: sums in f32. A warp has 16 rows.
#include "runtime/cuda/kernels/AttentionRows.h"
#include "runtime/cuda/kernels/TensorTile.h"

namespace mdc {

/// How a product's sums become the left operand of the next one, whose depth is the columns.
/// `from` are a lane's of 16 columns, or of 8: a fragment has 32 bytes of the depth.
template <class Number> struct Probabilities {
  static constexpr bool halvesApart = false;

  MDC_INLINE static void pack(uint32_t left[4], const float (*from)[4]) {
#pragma unroll
    for (int i = 0; i < 4; ++i)
      left[i] = pair(from[i / 2] + i % 2 * 2);
  }
  MDC_INLINE static uint32_t pair(const float *two);
};
template <> MDC_INLINE uint32_t Probabilities<Half>::pair(const float *two) {
  return pairOf<_Float16>(two);
}
template <> MDC_INLINE uint32_t Probabilities<Bfloat>::pair(const float *two) {
  return pairOf<__bf16>(two);
}
/// A lane has sums of two neighbouring columns, but multiplies columns that are four apart: so four
/// columns apart are the keys that lie side by side in the first product.
template <> struct Probabilities<Tf32> {
  static constexpr bool halvesApart = true;

  MDC_INLINE static void pack(uint32_t left[4], const float (*from)[4]) {
#pragma unroll
    for (int i = 0; i < 4; ++i)
      left[i] = mdc_round_tf32((*from)[i % 2 * 2 + i / 2]);
  }
};

/// `width`: of values and depth of queries and keys, at the most.
template <class Number, int width, int tileColumns> struct Attention {
  typedef MdcAttention Shape;
  typedef typename Number::Element Element;
  static constexpr int tileRows = 64, threads = 128;
  using Queries = TensorTile<Number, tileRows, threads>;
  using Keys = TensorTile<Number, tileColumns, threads>;
  using Values = TensorTile<Number, width, threads>;
  static constexpr int tileDepth = Queries::tileDepth;
  static constexpr int depthTiles = width / tileDepth, columnTiles = tileColumns / tileDepth;
  static constexpr int keyElements = depthTiles * Keys::elements;
  static constexpr int stageElements = keyElements + columnTiles * Values::elements;

  // of the sums of a warp's products, what fills a fragment's depth
  static constexpr int stepColumns = 32 / sizeof(Element), columnSteps = tileColumns / stepColumns;
  static constexpr int fetchUnroll = depthTiles > 4 ? 1 : depthTiles; // addresses take registers
  static constexpr bool halvesApart = Probabilities<Number>::halvesApart;

  float sums[width / 8][4];
  RowSoftmax<4> softmax[2]; // of this lane's rows, lane / 4 and 8 below it

  MDC_INLINE void begin() {
#pragma unroll
    for (int i = 0; i < width / 8; ++i)
#pragma unroll
      for (int n = 0; n < 4; ++n)
        sums[i][n] = 0;
    softmax[0].begin();
    softmax[1].begin();
  }

  /// Queries are loaded anew for each tile of columns: registers are few.
  MDC_INLINE void multiplyKeys(float scores[tileColumns / 8][4], const Element *queryTiles,
                               bool queryAlongDepth, int row, const Element *tiles,
                               bool alongDepth) {
#pragma unroll
    for (int i = 0; i < tileColumns / 8; ++i)
#pragma unroll
      for (int n = 0; n < 4; ++n)
        scores[i][n] = 0;
#pragma unroll
    for (int i = 0; i < depthTiles * 2; ++i) {
      uint32_t queries[4];
      Queries::load(queries, queryTiles + i / 2 * Queries::elements, queryAlongDepth, row,
                    i % 2 * 2, true);
#pragma unroll
      for (int j = 0; j < tileColumns / 16; ++j) {
        uint32_t keys[4];
        Keys::load(keys, tiles + i / 2 * Keys::elements, alongDepth, j * 16, i % 2 * 2, false,
                   halvesApart);
        Number::multiply(scores[2 * j], queries, keys);
        Number::multiply(scores[2 * j + 1], queries, keys + 2);
      }
    }
  }

  MDC_INLINE void exponentiate(float scores[tileColumns / 8][4], const MdcAttention &shape,
                               const uint64_t *arguments, int64_t batch, int64_t row,
                               int64_t column) {
    const int lane = mdc_thread() % 32;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const auto score = [&](int i) -> float & { return scores[i / 2][half * 2 + i % 2]; };
#pragma unroll
      for (int i = 0; i < tileColumns / 4; ++i) {
        const int two = halvesApart ? lane % 4 + i % 2 * 4 : lane % 4 * 2 + i % 2;
        score(i) = scoreAt(shape, arguments, batch, row + half * 8 + lane / 4,
                           column + i / 2 * 8 + two, score(i));
      }
      const float shrink = softmax[half].template exponentiate<tileColumns / 4>(score);
#pragma unroll
      for (int i = 0; i < width / 8; ++i)
#pragma unroll
        for (int n = 0; n < 2; ++n)
          sums[i][half * 2 + n] *= shrink;
    }
  }

  MDC_INLINE void multiplyValues(const float scores[tileColumns / 8][4], const Element *tiles,
                                 bool alongDepth) {
#pragma unroll
    for (int i = 0; i < columnSteps; ++i) {
      uint32_t left[4];
      Probabilities<Number>::pack(left, scores + i * (stepColumns / 8));
#pragma unroll
      for (int j = 0; j < width / 16; ++j) {
        uint32_t values[4];
        Values::load(values, tiles + i / 2 * Values::elements, alongDepth, j * 16, i % 2 * 2,
                     false);
        Number::multiply(sums[2 * j], left, values);
        Number::multiply(sums[2 * j + 1], left, values + 2);
      }
    }
  }

  MDC_INLINE void finish(const MdcAttention &shape, const uint64_t *arguments, int64_t batch,
                         int64_t row) {
    const int lane = mdc_thread() % 32;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const float share = 1 / softmax[half].totalOfRow();
#pragma unroll
      for (int i = 0; i < width / 8; ++i)
        emit(shape, arguments, batch, row + half * 8 + lane / 4, i * 8 + lane % 4 * 2,
             sums[i][half * 2] * share, sums[i][half * 2 + 1] * share);
    }
  }

  MDC_INLINE static void fetch(Element *stage, const AttentionOperands<Element> &operands,
                               int64_t column) {
#pragma unroll fetchUnroll
    for (int i = 0; i < depthTiles; ++i)
      Keys::fetch(stage + i * Keys::elements, operands.keys, column, i * tileDepth);
#pragma unroll
    for (int i = 0; i < columnTiles; ++i)
      Values::fetch(stage + keyElements + i * Values::elements, operands.values, 0,
                    column + i * tileDepth);
    mdc_copy_commit();
  }

  MDC_INLINE static void run(const MdcAttention &shape, const uint64_t *arguments) {
    const int64_t batch = mdc_block_z(), blockRow = mdc_block_x() * tileRows;
    const int warpRow = mdc_thread() / 32 * 16;
    const AttentionOperands<Element> operands(shape, batch);
    Element *stages = (Element *)mdc_shared_memory() + depthTiles * Queries::elements;
    Element *queries = (Element *)mdc_shared_memory();
#pragma unroll fetchUnroll
    for (int i = 0; i < depthTiles; ++i)
      Queries::fetch(queries + i * Queries::elements, operands.queries, blockRow, i * tileDepth);
    fetch(stages, operands, 0);
    Attention tile;
    tile.begin();
    int stage = 0;
    for (int64_t column = 0; column < shape.columns; column += tileColumns) {
      fetch(stages + (1 - stage) * stageElements, operands, column + tileColumns);
      mdc_copy_wait(1);
      mdc_barrier();
      const Element *now = stages + stage * stageElements;
      float scores[tileColumns / 8][4];
      tile.multiplyKeys(scores, queries, Queries::liesAlongDepth(operands.queries), warpRow, now,
                        Keys::liesAlongDepth(operands.keys));
      tile.exponentiate(scores, shape, arguments, batch, blockRow + warpRow, column);
      tile.multiplyValues(scores, now + keyElements, Values::liesAlongDepth(operands.values));
      mdc_barrier(); // nobody reads the stage that the next round fetches into
      stage = 1 - stage;
    }
    tile.finish(shape, arguments, batch, blockRow + warpRow);
  }
};

} // namespace mdc

// at most 99 KiB of shared memory, which a block has on every architecture
MDC_ATTENTION(f16, 32, Attention<Half, 32, 64>)
MDC_ATTENTION(f16, 64, Attention<Half, 64, 64>)
MDC_ATTENTION(f16, 128, Attention<Half, 128, 32>)
MDC_ATTENTION(f16, 256, Attention<Half, 256, 32>)
MDC_ATTENTION(bf16, 32, Attention<Bfloat, 32, 64>)
MDC_ATTENTION(bf16, 64, Attention<Bfloat, 64, 64>)
MDC_ATTENTION(bf16, 128, Attention<Bfloat, 128, 32>)
MDC_ATTENTION(bf16, 256, Attention<Bfloat, 256, 32>)
MDC_ATTENTION(tf32, 32, Attention<Tf32, 32, 64>)
MDC_ATTENTION(tf32, 64, Attention<Tf32, 64, 32>)
MDC_ATTENTION(tf32, 128, Attention<Tf32, 128, 16>)
