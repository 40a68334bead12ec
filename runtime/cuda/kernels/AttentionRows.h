// What loops of attention share around their products: softmax of a row while its columns pass by,
// and where operands and results lie.
#pragma once

#include "runtime/cuda/kernels/Attention.h"
#include "runtime/cuda/kernels/MatmulTile.h"

namespace mdc {

static constexpr float log2OfE = 1.44269504f;
static constexpr float lowest = -3.40282347e38f; // of all scores but minus infinity

// How two exponentials become a product's operand: nearest, ties to even.
template <class Float> MDC_INLINE uint32_t pairOf(const float *two) {
  typedef Float Pair __attribute__((ext_vector_type(2)));
  return __builtin_bit_cast(uint32_t, Pair{(Float)two[0], (Float)two[1]});
}

/// A row of the result, which `lanes` neighbouring lanes of a warp share: each has some columns.
template <int lanes> struct RowSoftmax {
  float largest; // score so far, of all lanes
  float total;   // of the exponentials, of this lane's columns

  MDC_INLINE void begin() {
    largest = lowest;
    total = 0;
  }

  /// Scores become exponentials less the largest score so far; score(i) is number i of the `count`
  /// that this lane has. Returns what earlier sums of exponentials shrink by. Warp.
  template <int count, class Scores> MDC_INLINE float exponentiate(Scores score) {
    float most = largest;
#pragma unroll
    for (int i = 0; i < count; ++i)
      most = most < score(i) ? score(i) : most;
#pragma unroll
    for (int mask = 1; mask < lanes; mask *= 2) {
      const float other = mdc_shuffle_xor_f32(most, mask);
      most = most < other ? other : most;
    }
    const float shrink = mdc_exp2((largest - most) * log2OfE);
    largest = most;
    float added = 0;
#pragma unroll
    for (int i = 0; i < count; ++i) {
      score(i) = mdc_exp2((score(i) - most) * log2OfE);
      added += score(i);
    }
    total = total * shrink + added;
    return shrink;
  }

  /// Of all columns. Warp.
  MDC_INLINE float totalOfRow() const {
    float all = total;
#pragma unroll
    for (int mask = 1; mask < lanes; mask *= 2)
      all += mdc_shuffle_xor_f32(all, mask);
    return all;
  }
};

/// What softmax reads; nothing outside.
MDC_INLINE float scoreAt(const MdcAttention &shape, const uint64_t *arguments, int64_t batch,
                         int64_t row, int64_t column, float sum) {
  const bool inside = row < shape.rows && column < shape.columns;
  return inside ? mdc_score(arguments, batch, row, column, sum) : -__builtin_inff();
}

/// Two sums of one row, masked at the edges.
MDC_INLINE void emit(const MdcAttention &shape, const uint64_t *arguments, int64_t batch,
                     int64_t row, int64_t column, float sum0, float sum1) {
  if (row >= shape.rows || column >= shape.width)
    return;
  if (column + 1 < shape.width)
    mdc_store2(arguments, batch, row, column, sum0, sum1);
  else
    mdc_store1(arguments, batch, row, column, sum0);
}

/// A batch's. Lines of queries are rows, of keys columns, both along the depth; those of values are
/// their elements, along the columns, as of a product's right operand.
template <class Element> struct AttentionOperands {
  Lines<Element> queries, keys, values;

  MDC_INLINE AttentionOperands(const MdcAttention &s, int64_t batch) {
    const int64_t outer = batch / s.innerBatches, inner = batch % s.innerBatches;
    const auto first = [&](const void *of, int64_t outerStride, int64_t innerStride) {
      return (const Element *)of + outer * outerStride + inner * innerStride;
    };
    queries = {first(s.queries, s.queryOuterStride, s.queryInnerStride),
               s.rows,
               s.queryRowStride,
               s.depth,
               s.queryDepthStride,
               s.queryAlignment >= 16};
    keys = {first(s.keys, s.keyOuterStride, s.keyInnerStride),
            s.columns,
            s.keyColumnStride,
            s.depth,
            s.keyDepthStride,
            s.keyAlignment >= 16};
    values = {first(s.values, s.valueOuterStride, s.valueInnerStride),
              s.width,
              s.valueWidthStride,
              s.columns,
              s.valueColumnStride,
              s.valueAlignment >= 16};
  }
};

} // namespace mdc

/// The loop mdc_attention_KIND_WIDTH.
#define MDC_ATTENTION(KIND, WIDTH, ...)                                                            \
  namespace mdc {                                                                                  \
  using Attention_##KIND##_##WIDTH = __VA_ARGS__;                                                  \
  }                                                                                                \
  MDC_MAIN_LOOP(mdc_attention_##KIND##_##WIDTH, mdc::Attention_##KIND##_##WIDTH)
