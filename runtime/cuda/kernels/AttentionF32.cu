// Attention in true f32: fused multiply-adds on the CUDA cores. A warp has 16 rows, of which a
// thread has every fourth, and one column of every eight.
#include "runtime/cuda/kernels/AttentionRows.h"

namespace mdc {

/// Lines of `depth` floats in shared memory. `spread`: quads of a line are permuted, so that eight
/// lines at one depth lie in different banks; else different quads do, of whatever lines.
template <int tileLines, int depth, int threads, bool spread> struct QuadTile {
  static constexpr int floats = tileLines * depth, lineQuads = depth / 4;
  static_assert(lineQuads % 8 == 0, "quads of a line fill the banks");

  MDC_INLINE static int place(int line, int quad) {
    return line * depth + quad / 8 * 32 + (quad % 8 ^ (spread ? line % 8 : 0)) * 4;
  }

  /// Asynchronous, zeros outside. Elements that do not come by 16 bytes come one by one, so that
  /// they lie along the depth here whatever they lie along there.
  MDC_INLINE static void fetch(float *tile, const Lines<float> &of, int64_t line) {
    if (of.aligned && of.depthStride == 1) {
#pragma unroll
      for (int first = 0; first < tileLines * lineQuads; first += threads) {
        const int index = first + mdc_thread(), at = index / lineQuads, quad = index % lineQuads;
        mdc_copy16(tile + place(at, quad), of.at(line + at, quad * 4),
                   of.inside(line + at, quad * 4, true, 4) * sizeof(float));
      }
      return;
    }
    const bool alongDepth = of.alongDepth();
#pragma unroll 4
    for (int first = 0; first < floats; first += threads) {
      const int index = first + mdc_thread();
      const int at = alongDepth ? index / depth : index % tileLines;
      const int k = alongDepth ? index % depth : index / tileLines;
      mdc_copy4(tile + place(at, k / 4) + k % 4, of.at(line + at, k),
                of.inside(line + at, k, true, 1) * sizeof(float));
    }
  }
};

/// `width`: of values and depth of queries and keys, at the most.
template <int width, int tileColumns> struct AttentionF32 {
  typedef MdcAttention Shape;
  static constexpr int tileRows = 64, threads = 128, lanes = 8; // of a row
  static constexpr int rows = 4, columns = tileColumns / lanes; // of a thread
  static constexpr int quads = width / 4 / lanes;               // of a row of the result
  using Queries = QuadTile<tileRows, width, threads, true>;
  using Keys = QuadTile<tileColumns, width, threads, true>;
  using Values = QuadTile<tileColumns, width, threads, false>;

  float sums[rows][quads * 4];
  RowSoftmax<lanes> softmax[rows];
  int row, column; // the thread's first of a tile

  MDC_INLINE void begin() {
    const int warp = mdc_thread() / 32, lane = mdc_thread() % 32;
    row = warp * 16 + lane / lanes;
    column = lane % lanes;
#pragma unroll
    for (int i = 0; i < rows; ++i) {
      softmax[i].begin();
#pragma unroll
      for (int j = 0; j < quads * 4; ++j)
        sums[i][j] = 0;
    }
  }

  MDC_INLINE void multiplyKeys(float scores[rows][columns], const float *queries,
                               const float *keys) const {
#pragma unroll
    for (int i = 0; i < rows; ++i)
#pragma unroll
      for (int j = 0; j < columns; ++j)
        scores[i][j] = 0;
#pragma unroll 1 // fewer instructions than the cache for them holds
    for (int part = 0; part < width / 4; part += 4)
#pragma unroll
      for (int quad = part; quad < part + 4; ++quad) {
        Quad left[rows], right[columns];
#pragma unroll
        for (int i = 0; i < rows; ++i)
          left[i] = *(const Quad *)&queries[Queries::place(row + i * 4, quad)];
#pragma unroll
        for (int j = 0; j < columns; ++j)
          right[j] = *(const Quad *)&keys[Keys::place(column + j * lanes, quad)];
#pragma unroll
        for (int n = 0; n < 4; ++n)
#pragma unroll
          for (int i = 0; i < rows; ++i)
#pragma unroll
            for (int j = 0; j < columns; ++j)
              scores[i][j] = __builtin_fmaf(left[i][n], right[j][n], scores[i][j]);
      }
  }

  MDC_INLINE void exponentiate(float scores[rows][columns], const MdcAttention &shape,
                               const uint64_t *arguments, int64_t batch, int64_t firstRow,
                               int64_t firstColumn) {
#pragma unroll
    for (int i = 0; i < rows; ++i) {
#pragma unroll
      for (int j = 0; j < columns; ++j)
        scores[i][j] = scoreAt(shape, arguments, batch, firstRow + row + i * 4,
                               firstColumn + column + j * lanes, scores[i][j]);
      const float shrink =
          softmax[i].template exponentiate<columns>([&](int j) -> float & { return scores[i][j]; });
#pragma unroll
      for (int j = 0; j < quads * 4; ++j)
        sums[i][j] *= shrink;
    }
  }

  /// What a lane lacks of a row, the other lanes of the row hand around: each reads its own columns
  /// of the values in its own order of lines.
  MDC_INLINE void multiplyValues(const float scores[rows][columns], const float *values) {
#pragma unroll 2
    for (int mask = 0; mask < lanes; ++mask)
#pragma unroll
      for (int j = 0; j < columns; ++j) {
        const int line = (column ^ mask) + j * lanes;
        float left[rows];
#pragma unroll
        for (int i = 0; i < rows; ++i)
          left[i] = mdc_shuffle_xor_f32(scores[i][j], mask);
#pragma unroll
        for (int quad = 0; quad < quads; ++quad) {
          const Quad right = *(const Quad *)&values[Values::place(line, column + quad * lanes)];
#pragma unroll
          for (int i = 0; i < rows; ++i)
#pragma unroll
            for (int n = 0; n < 4; ++n)
              sums[i][quad * 4 + n] = __builtin_fmaf(left[i], right[n], sums[i][quad * 4 + n]);
        }
      }
  }

  MDC_INLINE void finish(const MdcAttention &shape, const uint64_t *arguments, int64_t batch,
                         int64_t firstRow) const {
#pragma unroll
    for (int i = 0; i < rows; ++i) {
      const float share = 1 / softmax[i].totalOfRow();
#pragma unroll
      for (int j = 0; j < quads * 4; j += 2)
        emit(shape, arguments, batch, firstRow + row + i * 4, (j / 4 * lanes + column) * 4 + j % 4,
             sums[i][j] * share, sums[i][j + 1] * share);
    }
  }

  /// There is one tile of keys and one of values: each is fetched while the other one is
  /// multiplied.
  MDC_INLINE static void run(const MdcAttention &shape, const uint64_t *arguments) {
    const int64_t batch = mdc_block_z(), firstRow = mdc_block_x() * tileRows;
    const AttentionOperands<float> operands(shape, batch);
    const Lines<float> &across = operands.values;
    const Lines<float> valueLines = {across.first, across.depthEnd,   across.depthStride,
                                     across.lines, across.lineStride, across.aligned};
    float *queries = (float *)mdc_shared_memory();
    float *keys = queries + Queries::floats, *values = keys + Keys::floats;
    AttentionF32 tile;
    tile.begin();
    Queries::fetch(queries, operands.queries, firstRow);
    Keys::fetch(keys, operands.keys, 0);
    for (int64_t column = 0; column < shape.columns; column += tileColumns) {
      mdc_copy_commit();
      mdc_copy_wait(0);
      mdc_barrier(); // keys are here, and nobody reads the values before any more
      Values::fetch(values, valueLines, column);
      mdc_copy_commit();
      float scores[rows][columns];
      tile.multiplyKeys(scores, queries, keys);
      tile.exponentiate(scores, shape, arguments, batch, firstRow, column);
      mdc_copy_wait(0);
      mdc_barrier();
      Keys::fetch(keys, operands.keys, column + tileColumns);
      tile.multiplyValues(scores, values);
    }
    tile.finish(shape, arguments, batch, firstRow);
  }
};

} // namespace mdc

MDC_ATTENTION(f32, 32, AttentionF32<32, 64>)
MDC_ATTENTION(f32, 64, AttentionF32<64, 64>)
MDC_ATTENTION(f32, 128, AttentionF32<128, 32>)
MDC_ATTENTION(f32, 256, AttentionF32<256, 16>)
