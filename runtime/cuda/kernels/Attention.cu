// Attention of 16-bit floats on the tensor cores, from sm_80 on: softmax while the columns pass by,
// with sums in f32. A warp has 16 rows.
#include "runtime/cuda/kernels/Attention.h"
#include "runtime/cuda/kernels/TensorTile.h"

namespace mdc {

static constexpr float log2OfE = 1.44269504f;
static constexpr float lowest = -3.40282347e38f; // of all scores but minus infinity

template <class Number> struct Packed;
template <> struct Packed<Half> {
  MDC_INLINE static uint32_t bits(float value) {
    return __builtin_bit_cast(uint16_t, (_Float16)value);
  }
};
template <> struct Packed<Bfloat> {
  // nearest, ties to even; of numbers from 0 to 1
  MDC_INLINE static uint32_t bits(float value) {
    const uint32_t word = __builtin_bit_cast(uint32_t, value);
    return (word + 0x7fff + (word >> 16 & 1)) >> 16;
  }
};
template <class Number> MDC_INLINE uint32_t pack(float low, float high) {
  return Packed<Number>::bits(low) | Packed<Number>::bits(high) << 16;
}

/// `width`: of values and depth of queries and keys, at the most.
template <class Number, int width> struct Attention {
  typedef MdcAttention Shape;
  typedef typename Number::Element Element;
  static constexpr int tileRows = 64, tileColumns = width > 64 ? 32 : 64, threads = 128;
  using Queries = TensorTile<Number, tileRows, threads>;
  using Keys = TensorTile<Number, tileColumns, threads>;
  using Values = TensorTile<Number, width, threads>;
  static constexpr int tileDepth = Queries::tileDepth;
  static constexpr int depthTiles = width / tileDepth, columnTiles = tileColumns / tileDepth;
  static constexpr int keyElements = depthTiles * Keys::elements;
  static constexpr int stageElements = keyElements + columnTiles * Values::elements;

  float sums[width / 8][4];
  float largest[2], total[2]; // of this lane's rows, lane / 4 and 8 below it

  MDC_INLINE void begin() {
#pragma unroll
    for (int i = 0; i < width / 8; ++i)
#pragma unroll
      for (int n = 0; n < 4; ++n)
        sums[i][n] = 0;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      largest[half] = lowest;
      total[half] = 0;
    }
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
        Keys::load(keys, tiles + i / 2 * Keys::elements, alongDepth, j * 16, i % 2 * 2, false);
        Number::multiply(scores[2 * j], queries, keys);
        Number::multiply(scores[2 * j + 1], queries, keys + 2);
      }
    }
  }

  /// Products become exponentials less the row's largest score so far, which sums and total follow.
  MDC_INLINE void exponentiate(float scores[tileColumns / 8][4], const MdcAttention &shape,
                               const uint64_t *arguments, int64_t batch, int64_t row,
                               int64_t column) {
    const int lane = mdc_thread() % 32;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const int64_t at = row + half * 8 + lane / 4;
      float most = largest[half];
#pragma unroll
      for (int i = 0; i < tileColumns / 8; ++i)
#pragma unroll
        for (int n = 0; n < 2; ++n) {
          float &score = scores[i][half * 2 + n];
          const int64_t c = column + i * 8 + lane % 4 * 2 + n;
          const bool inside = at < shape.rows && c < shape.columns;
          score = inside ? mdc_score(arguments, batch, at, c, score) : -__builtin_inff();
          most = most < score ? score : most;
        }
#pragma unroll
      for (int mask = 1; mask < 4; mask *= 2) {
        const float other = mdc_shuffle_xor_f32(most, mask);
        most = most < other ? other : most;
      }
      const float shrink = mdc_exp2((largest[half] - most) * log2OfE);
      largest[half] = most;
      float added = 0;
#pragma unroll
      for (int i = 0; i < tileColumns / 8; ++i)
#pragma unroll
        for (int n = 0; n < 2; ++n) {
          float &score = scores[i][half * 2 + n];
          score = mdc_exp2((score - most) * log2OfE);
          added += score;
        }
      total[half] = total[half] * shrink + added;
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
    for (int i = 0; i < tileColumns / 16; ++i) {
      const float *low = scores[2 * i], *high = scores[2 * i + 1];
      const uint32_t left[4] = {pack<Number>(low[0], low[1]), pack<Number>(low[2], low[3]),
                                pack<Number>(high[0], high[1]), pack<Number>(high[2], high[3])};
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
      float all = total[half];
#pragma unroll
      for (int mask = 1; mask < 4; mask *= 2)
        all += mdc_shuffle_xor_f32(all, mask);
      const int64_t at = row + half * 8 + lane / 4;
#pragma unroll
      for (int i = 0; i < width / 8; ++i) {
        const int64_t column = i * 8 + lane % 4 * 2;
        if (at >= shape.rows || column >= shape.width)
          continue;
        const float sum0 = sums[i][half * 2] / all, sum1 = sums[i][half * 2 + 1] / all;
        if (column + 1 < shape.width)
          mdc_store2(arguments, batch, at, column, sum0, sum1);
        else
          mdc_store1(arguments, batch, at, column, sum0);
      }
    }
  }

  struct Operands {
    Lines<Element> queries, keys, values;
  };

  MDC_INLINE static Operands operandsOf(const MdcAttention &s, int64_t batch) {
    const int64_t outer = batch / s.innerBatches, inner = batch % s.innerBatches;
    const auto first = [&](const void *of, int64_t outerStride, int64_t innerStride) {
      return (const Element *)of + outer * outerStride + inner * innerStride;
    };
    return {{first(s.queries, s.queryOuterStride, s.queryInnerStride), s.rows, s.queryRowStride,
             s.depth, s.queryDepthStride, s.queryAlignment >= 16},
            {first(s.keys, s.keyOuterStride, s.keyInnerStride), s.columns, s.keyColumnStride,
             s.depth, s.keyDepthStride, s.keyAlignment >= 16},
            {first(s.values, s.valueOuterStride, s.valueInnerStride), s.width, s.valueWidthStride,
             s.columns, s.valueColumnStride, s.valueAlignment >= 16}};
  }

  MDC_INLINE static void fetch(Element *stage, const Operands &operands, int64_t column) {
#pragma unroll
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
    const Operands operands = operandsOf(shape, batch);
    Element *stages = (Element *)mdc_shared_memory() + depthTiles * Queries::elements;
    Element *queries = (Element *)mdc_shared_memory();
#pragma unroll
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

#define MDC_ATTENTION(KIND, NUMBER, WIDTH)                                                         \
  namespace mdc {                                                                                  \
  using Attention##NUMBER##WIDTH = Attention<NUMBER, WIDTH>;                                       \
  }                                                                                                \
  MDC_MAIN_LOOP(mdc_attention_##KIND##_##WIDTH, mdc::Attention##NUMBER##WIDTH)

MDC_ATTENTION(f16, Half, 32)
MDC_ATTENTION(f16, Half, 64)
MDC_ATTENTION(f16, Half, 128)
MDC_ATTENTION(bf16, Bfloat, 32)
MDC_ATTENTION(bf16, Bfloat, 64)
MDC_ATTENTION(bf16, Bfloat, 128)
