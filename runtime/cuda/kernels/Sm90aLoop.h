// Matrices of 16-bit floats and of bytes on the tensor cores of sm_90a: tiles come by TMA, wgmma
// multiplies them where they lie in shared memory.
#pragma once

#include "runtime/cuda/kernels/MatmulTile.h"
#include "runtime/cuda/kernels/Sm90aTile.h"

namespace mdc {

/// The batch's coordinates in an operand's tensor map: none where all batches share one entry.
struct MappedBatch {
  int32_t inner, outer;
  MDC_INLINE MappedBatch(const MdcMatmul &product, const Part &part, int64_t innerStride,
                         int64_t outerStride)
      : inner(innerStride ? part.batch % product.innerBatches : 0),
        outer(outerStride ? part.batch / product.innerBatches : 0) {}
};
template <class Tile> MDC_INLINE Tile mappedColumns(const MdcMatmul &product, const Part &part) {
  const MappedBatch batch(product, part, product.rightInnerStride, product.rightOuterStride);
  return {product.right, Tile::mayLieAcross && product.rightColumnStride == 1, batch.inner,
          batch.outer};
}

/// A block's part, of another tile of the plane than its place: blocks begin in the order of their
/// numbers, x first, and those that run together should share lines of both operands in the
/// second-level cache. They go down a group of rows of tiles, about as high as all of them are
/// wide, before they go on to the next column.
MDC_INLINE Part groupedPartOfBlock(const MdcMatmul &shape, int64_t tileRows, int64_t tileColumns,
                                   int64_t tileDepth) {
  constexpr uint32_t groupSide = 8; // in square tiles: a device has 100 to 150 multiprocessors
  Part part = partOfBlock(shape, tileRows, tileColumns, tileDepth);
  const uint32_t rows = ceilDivide(shape.rows, tileRows);
  const uint32_t columns = ceilDivide(shape.columns, tileColumns);
  if (rows == 1 || columns == 1)
    return part;
  const uint32_t most = groupSide * ceilDivide(tileColumns, tileRows);
  const uint32_t number = mdc_block_y() * columns + mdc_block_x();
  const uint32_t first = number / (most * columns) * most, inGroup = number % (most * columns);
  const uint32_t height = smaller(rows - first, most);
  part.row = (first + inGroup % height) * tileRows;
  part.column = inGroup / height * tileColumns;
  return part;
}

/// Rows of the left operand that TMA brings when one thread of one warp asks for them.
template <class Tile, int tileRows, int> struct MappedRows {
  typedef MdcMatmul Shape;
  static constexpr int threads = 32, arrivals = 1, behind = 0;
  static constexpr int mappedBytes = tileRows * Tile::rowBytes;
  Tile left;
  int64_t row;

  MDC_INLINE MappedRows(const MdcMatmul &product, const Part &part, int)
      : left(tile(product, part)), row(part.row) {}
  MDC_INLINE static const MdcMatmul &productOf(const MdcMatmul &shape) { return shape; }
  MDC_INLINE static Tile tile(const MdcMatmul &product, const Part &part) {
    const MappedBatch batch(product, part, product.leftInnerStride, product.leftOuterStride);
    return {product.left, Tile::mayLieAcross && product.leftRowStride == 1, batch.inner,
            batch.outer};
  }
  MDC_INLINE static bool takesPart() { return mdc_thread() % 32 == 0; }
  MDC_INLINE static bool asks() { return true; }
  MDC_INLINE void fetch(uint8_t *to, int64_t k, uint64_t *arrived) const {
    left.fetch(to, tileRows, row, k, arrived);
  }
  MDC_INLINE void show(uint64_t *, bool) const {}
};

/// `groups` warpgroups have 64 rows each; warps behind them fetch. `Rows`: how the left operand's
/// come, MappedRows or CopiedWindows.
template <template <class, int, int> class Rows, class Number, int groups, int tileColumns,
          int stages>
struct Sm90aLoop {
  typedef typename Number::Sum Sum;
  using Tile = MappedTile<typename Number::Element>;
  using LeftRows = Rows<Tile, 64 * groups, stages>;
  typedef typename LeftRows::Shape Shape;
  static constexpr int tileRows = 64 * groups, tileDepth = Tile::tileDepth;
  static constexpr int leftBytes = tileRows * Tile::rowBytes;
  static constexpr int stageBytes = leftBytes + tileColumns * Tile::rowBytes;
  static constexpr int groupThreads = 128, groupWarps = 4;

  uint8_t *tiles;
  uint64_t *full, *empty; // of each stage
  Tile right;
  Part part;

  MDC_INLINE void begin(const MdcMatmul &product) {
    part = groupedPartOfBlock(product, tileRows, tileColumns, tileDepth);
    tiles = (uint8_t *)mdc_shared_memory();
    full = (uint64_t *)(tiles + stages * stageBytes);
    empty = full + stages;
    right = mappedColumns<Tile>(product, part);
    if (mdc_thread() == 0) {
      for (int stage = 0; stage < stages; ++stage) {
        mdc_mbarrier_init(full + stage, LeftRows::arrivals);
        mdc_mbarrier_init(empty + stage, groups * groupWarps);
      }
      mdc_mbarrier_fence_init();
    }
    mdc_barrier();
  }

  // A new mbarrier's wait for the parity 1 returns at once.
  MDC_INLINE void fetch(const LeftRows &lefts, int stage, uint32_t parity, int64_t k) const {
    uint8_t *to = tiles + stage * stageBytes;
    mdc_mbarrier_wait(empty + stage, parity);
    if (lefts.asks()) {
      mdc_mbarrier_expect(full + stage, LeftRows::mappedBytes + tileColumns * Tile::rowBytes);
      right.fetch(to + leftBytes, tileColumns, part.column, k, full + stage);
    }
    lefts.fetch(to, k, full + stage);
  }

  /// Copies land `behind` stages after they were asked for.
  MDC_INLINE void fetchAll(const LeftRows &lefts) const {
    constexpr int behind = LeftRows::behind;
    int stage = 0;
    uint32_t parity = 1;
    for (int64_t k = part.depthBegin; k < part.depthEnd + behind * tileDepth; k += tileDepth) {
      if (behind == 0 || k < part.depthEnd)
        fetch(lefts, stage, parity, k);
      lefts.show(full + (stage + stages - behind) % stages,
                 k >= part.depthBegin + behind * tileDepth);
      stage = (stage + 1) % stages;
      parity ^= stage == 0;
    }
  }

  // A stage may be overwritten once no product reads it: when those of the next one were issued and
  // all before them waited for.
  MDC_INLINE void multiplyAll(const Tile &left, Sum *sums, int row) const {
    int stage = 0, before = -1;
    uint32_t parity = 0;
    const uint32_t first = descriptorUnits(tiles);
    for (int64_t k = part.depthBegin; k < part.depthEnd; k += tileDepth) {
      const uint32_t lefts = first + (stage * stageBytes + row * Tile::rowBytes) / 16;
      const uint32_t rights = first + (stage * stageBytes + leftBytes) / 16;
      mdc_mbarrier_wait(full + stage, parity);
      Number::fence(sums);
#pragma unroll
      for (int step = 0; step < tileDepth / Tile::depthStep; ++step)
        Number::multiply(sums, left.descriptor(lefts, step), right.descriptor(rights, step),
                         left.across, right.across);
      mdc_wgmma_commit();
      mdc_wgmma_wait_1();
      if (before >= 0 && mdc_thread() % 32 == 0)
        mdc_mbarrier_arrive(empty + before);
      before = stage;
      stage = (stage + 1) % stages;
      parity ^= stage == 0;
    }
    Number::finish(sums);
  }

  MDC_INLINE void finish(const MdcMatmul &product, const uint64_t *arguments, const Sum *sums,
                         int row) const {
    const int lane = mdc_thread() % 32, warp = mdc_thread() % groupThreads / 32;
#pragma unroll
    for (int half = 0; half < 2; ++half)
#pragma unroll
      for (int j = 0; j < tileColumns / 8; ++j)
        emit(product, part, arguments, part.row + row + warp * 16 + half * 8 + lane / 4,
             part.column + j * 8 + lane % 4 * 2, sums[4 * j + 2 * half],
             sums[4 * j + 2 * half + 1]);
  }

  MDC_INLINE static void run(const Shape &shape, const uint64_t *arguments) {
    const MdcMatmul product = LeftRows::productOf(shape);
    Sm90aLoop loop;
    loop.begin(product);
    if (mdc_thread() >= groups * groupThreads) {
      if (LeftRows::takesPart())
        loop.fetchAll(LeftRows(shape, loop.part, mdc_thread() - groups * groupThreads));
      return;
    }
    Sum sums[tileColumns / 2];
#pragma unroll
    for (int i = 0; i < tileColumns / 2; ++i)
      sums[i] = 0;
    const int row = mdc_thread() / groupThreads * 64;
    loop.multiplyAll(LeftRows::tile(product, loop.part), sums, row);
    loop.finish(product, arguments, sums, row);
  }
};

} // namespace mdc

#define MDC_SM90A_LOOP(ROWS_OF, NAME, KIND, ROWS, COLUMNS, STAGES)                                 \
  namespace mdc {                                                                                  \
  using KIND##Tile##ROWS##x##COLUMNS =                                                             \
      Sm90aLoop<ROWS_OF, KIND##COLUMNS, ROWS / 64, COLUMNS, STAGES>;                               \
  }                                                                                                \
  MDC_MAIN_LOOP(NAME##_##KIND##_##ROWS##x##COLUMNS, mdc::KIND##Tile##ROWS##x##COLUMNS)

#define MDC_SM90A_LOOPS_OF(ROWS_OF, NAME, KIND, STAGES_OF_128)                                     \
  MDC_SM90A_LOOP(ROWS_OF, NAME, KIND, 64, 64, 4)                                                   \
  MDC_SM90A_LOOP(ROWS_OF, NAME, KIND, 64, 128, 4)                                                  \
  MDC_SM90A_LOOP(ROWS_OF, NAME, KIND, 128, 128, STAGES_OF_128)                                     \
  MDC_SM90A_LOOP(ROWS_OF, NAME, KIND, 128, 256, 4)

/// The loops NAME_ELEMENT_TILE. STAGES_OF_128: of the tile 128x128, three where registers leave
/// room for two blocks.
#define MDC_SM90A_LOOPS(ROWS_OF, NAME, STAGES_OF_128)                                              \
  MDC_SM90A_LOOPS_OF(ROWS_OF, NAME, f16, STAGES_OF_128)                                            \
  MDC_SM90A_LOOPS_OF(ROWS_OF, NAME, bf16, STAGES_OF_128)                                           \
  MDC_SM90A_LOOPS_OF(ROWS_OF, NAME, u8s8, STAGES_OF_128)                                           \
  MDC_SM90A_LOOPS_OF(ROWS_OF, NAME, s8u8, STAGES_OF_128)
