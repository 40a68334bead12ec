// Attention on the tensor cores of sm_90a: one warp asks TMA for queries, and for keys and values
// tile after tile; a warpgroup multiplies them by wgmma, with the exponentials in registers.
// `queries`, `keys` and `values` of the shape are tensor maps. Of values the lines are the elements
// of a head.
#include "runtime/cuda/kernels/AttentionRows.h"
#include "runtime/cuda/kernels/Sm90aTile.h"

namespace mdc {

// Products of queries and keys, and of exponentials in registers with `COLUMNS` elements of values.
#define MDC_ATTENTION_NUMBER(KIND, FLOAT, COLUMNS)                                                 \
  struct KIND##Attention##COLUMNS {                                                                \
    using Scores = KIND##64;                                                                       \
    using Sums = KIND##COLUMNS;                                                                    \
    MDC_INLINE static uint32_t pair(const float *two) { return pairOf<FLOAT>(two); }               \
    MDC_INLINE static void multiply(float *sums, const uint32_t left[4], uint64_t right,           \
                                    uint32_t rightAcross) {                                        \
      mdc_wgmma_rows_##KIND##_##COLUMNS(sums, left, right, rightAcross);                           \
    }                                                                                              \
  };
MDC_ATTENTION_NUMBER(f16, _Float16, 64)
MDC_ATTENTION_NUMBER(f16, _Float16, 128)
MDC_ATTENTION_NUMBER(bf16, __bf16, 64)
MDC_ATTENTION_NUMBER(bf16, __bf16, 128)

/// `width`: of values and depth of queries and keys, at the most; 64 or 128.
template <class Number, int width> struct AttentionSm90a {
  typedef MdcAttention Shape;
  using Tile = MappedTile<uint16_t>;
  static constexpr int tileRows = 64, tileColumns = 64, stages = 2;
  static constexpr int groupThreads = 128, groupWarps = 4;
  static constexpr int depthTiles = width / Tile::tileDepth;
  static constexpr int blockBytes = 64 * Tile::rowBytes; // of 64 lines by 64 of depth
  static constexpr int operandBytes = depthTiles * blockBytes, stageBytes = 2 * operandBytes;

  Tile queries, keys, values;
  uint8_t *tiles; // queries, then stages of keys and values
  uint64_t *ready, *full, *empty;
  uint32_t first; // of the tiles, in units of descriptors
  int64_t batch, row;

  MDC_INLINE static Tile tileOf(const void *map, bool across, const MdcAttention &shape,
                                int64_t batch, int64_t outerStride, int64_t innerStride) {
    return {map, across, int32_t(innerStride ? batch % shape.innerBatches : 0),
            int32_t(outerStride ? batch / shape.innerBatches : 0)};
  }

  MDC_INLINE AttentionSm90a(const MdcAttention &s)
      : batch(mdc_block_z()), row((int64_t)mdc_block_x() * tileRows) {
    queries =
        tileOf(s.queries, s.queryRowStride == 1, s, batch, s.queryOuterStride, s.queryInnerStride);
    keys = tileOf(s.keys, s.keyColumnStride == 1, s, batch, s.keyOuterStride, s.keyInnerStride);
    values =
        tileOf(s.values, s.valueWidthStride == 1, s, batch, s.valueOuterStride, s.valueInnerStride);
    tiles = (uint8_t *)mdc_shared_memory();
    first = descriptorUnits(tiles);
    ready = (uint64_t *)(tiles + operandBytes + stages * stageBytes);
    full = ready + 1;
    empty = full + stages;
    if (mdc_thread() == 0) {
      mdc_mbarrier_init(ready, 1);
      for (int stage = 0; stage < stages; ++stage) {
        mdc_mbarrier_init(full + stage, 1);
        mdc_mbarrier_init(empty + stage, groupWarps);
      }
      mdc_mbarrier_fence_init();
    }
    mdc_barrier();
  }

  MDC_INLINE uint8_t *stageAt(int stage) const { return tiles + operandBytes + stage * stageBytes; }

  // A new mbarrier's wait for the parity 1 returns at once.
  MDC_INLINE void fetchAll(int64_t columns) const {
    mdc_mbarrier_expect(ready, operandBytes);
    for (int i = 0; i < depthTiles; ++i)
      queries.fetch(tiles + i * blockBytes, tileRows, row, i * Tile::tileDepth, ready);
    int stage = 0;
    uint32_t parity = 1;
    for (int64_t column = 0; column < columns; column += tileColumns) {
      mdc_mbarrier_wait(empty + stage, parity);
      mdc_mbarrier_expect(full + stage, stageBytes);
      uint8_t *to = stageAt(stage);
      for (int i = 0; i < depthTiles; ++i)
        keys.fetch(to + i * blockBytes, tileColumns, column, i * Tile::tileDepth, full + stage);
      values.fetch(to + operandBytes, width, 0, column, full + stage);
      stage = (stage + 1) % stages;
      parity ^= stage == 0;
    }
  }

  MDC_INLINE void multiplyKeys(float scores[tileColumns / 2], uint32_t tile) const {
#pragma unroll
    for (int i = 0; i < tileColumns / 2; ++i)
      scores[i] = 0;
    Number::Scores::fence(scores);
#pragma unroll
    for (int i = 0; i < depthTiles; ++i)
#pragma unroll
      for (int step = 0; step < Tile::tileDepth / Tile::depthStep; ++step)
        Number::Scores::multiply(scores, queries.descriptor(first + i * blockBytes / 16, step),
                                 keys.descriptor(tile + i * blockBytes / 16, step), queries.across,
                                 keys.across);
    mdc_wgmma_commit();
    Number::Scores::finish(scores);
  }

  MDC_INLINE void multiplyValues(float sums[width / 2], const float scores[tileColumns / 2],
                                 uint32_t tile) const {
    uint32_t left[tileColumns / Tile::depthStep][4];
#pragma unroll
    for (int step = 0; step < tileColumns / Tile::depthStep; ++step)
#pragma unroll
      for (int i = 0; i < 4; ++i)
        left[step][i] = Number::pair(scores + step * 8 + i * 2);
    Number::Sums::fence(sums);
#pragma unroll
    for (int step = 0; step < tileColumns / Tile::depthStep; ++step)
      Number::multiply(sums, left[step], values.descriptor(tile, step), values.across);
    mdc_wgmma_commit();
    Number::Sums::finish(sums);
  }

  /// Scores become exponentials; sums shrink by what a larger score asks for.
  MDC_INLINE void exponentiate(float scores[tileColumns / 2], float sums[width / 2],
                               RowSoftmax<4> softmax[2], const MdcAttention &shape,
                               const uint64_t *arguments, int64_t column) const {
    const int two = mdc_thread() % 4 * 2;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const auto score = [&](int i) -> float & { return scores[i / 2 * 4 + half * 2 + i % 2]; };
#pragma unroll
      for (int i = 0; i < tileColumns / 4; ++i)
        score(i) = scoreAt(shape, arguments, batch, rowOf(half), column + i / 2 * 8 + two + i % 2,
                           score(i));
      const float shrink = softmax[half].template exponentiate<tileColumns / 4>(score);
#pragma unroll
      for (int i = 0; i < width / 4; ++i)
        sums[i / 2 * 4 + half * 2 + i % 2] *= shrink;
    }
  }

  // A thread's, of its two.
  MDC_INLINE int64_t rowOf(int half) const {
    return row + mdc_thread() / 32 * 16 + half * 8 + mdc_thread() % 32 / 4;
  }

  MDC_INLINE void finish(const float sums[width / 2], const RowSoftmax<4> softmax[2],
                         const MdcAttention &shape, const uint64_t *arguments) const {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const float share = 1 / softmax[half].totalOfRow();
#pragma unroll
      for (int i = 0; i < width / 8; ++i)
        emit(shape, arguments, batch, rowOf(half), i * 8 + mdc_thread() % 4 * 2,
             sums[i * 4 + half * 2] * share, sums[i * 4 + half * 2 + 1] * share);
    }
  }

  MDC_INLINE void multiplyAll(const MdcAttention &shape, const uint64_t *arguments) const {
    float sums[width / 2];
#pragma unroll
    for (int i = 0; i < width / 2; ++i)
      sums[i] = 0;
    RowSoftmax<4> softmax[2];
    softmax[0].begin();
    softmax[1].begin();
    int stage = 0;
    uint32_t parity = 0;
    mdc_mbarrier_wait(ready, 0);
    for (int64_t column = 0; column < shape.columns; column += tileColumns) {
      mdc_mbarrier_wait(full + stage, parity);
      float scores[tileColumns / 2];
      const uint32_t tile = first + (operandBytes + stage * stageBytes) / 16;
      multiplyKeys(scores, tile);
      exponentiate(scores, sums, softmax, shape, arguments, column);
      multiplyValues(sums, scores, tile + operandBytes / 16);
      if (mdc_thread() % 32 == 0)
        mdc_mbarrier_arrive(empty + stage);
      stage = (stage + 1) % stages;
      parity ^= stage == 0;
    }
    finish(sums, softmax, shape, arguments);
  }

  MDC_INLINE static void run(const MdcAttention &shape, const uint64_t *arguments) {
    const AttentionSm90a loop(shape);
    if (mdc_thread() < groupThreads)
      loop.multiplyAll(shape, arguments);
    else if (mdc_thread() == groupThreads)
      loop.fetchAll(shape.columns);
  }
};

} // namespace mdc

MDC_ATTENTION(sm90a_f16, 64, AttentionSm90a<f16Attention64, 64>)
MDC_ATTENTION(sm90a_f16, 128, AttentionSm90a<f16Attention128, 128>)
MDC_ATTENTION(sm90a_bf16, 64, AttentionSm90a<bf16Attention64, 64>)
MDC_ATTENTION(sm90a_bf16, 128, AttentionSm90a<bf16Attention128, 128>)
