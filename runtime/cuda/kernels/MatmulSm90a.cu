// Matrices of 16-bit floats and of bytes on the tensor cores of sm_90a: tiles come by TMA, wgmma
// multiplies them where they lie in shared memory. `left` and `right` of the shape are tensor maps.
#include "runtime/cuda/kernels/MatmulTile.h"

namespace mdc {

// Instructions for 64 rows by so many columns; bytes lie along the depth alone.
#define MDC_GROUP_NUMBER(KIND, COLUMNS, ELEMENT, SUM, SUMS, MULTIPLY)                              \
  struct KIND##COLUMNS {                                                                           \
    typedef ELEMENT Element;                                                                       \
    typedef SUM Sum;                                                                               \
    MDC_INLINE static void fence(Sum *sums) { mdc_wgmma_fence_##SUMS##_##COLUMNS(sums); }          \
    MDC_INLINE static void finish(Sum *sums) { mdc_wgmma_finish_##SUMS##_##COLUMNS(sums); }        \
    MDC_INLINE static void multiply(Sum *sums, uint64_t left, uint64_t right,                      \
                                    [[maybe_unused]] uint32_t leftAcross,                          \
                                    [[maybe_unused]] uint32_t rightAcross) {                       \
      mdc_wgmma_##KIND##_##COLUMNS MULTIPLY;                                                       \
    }                                                                                              \
  };
#define MDC_GROUP_NUMBER_16(KIND, COLUMNS)                                                         \
  MDC_GROUP_NUMBER(KIND, COLUMNS, uint16_t, float, f32,                                            \
                   (sums, left, right, leftAcross, rightAcross))
#define MDC_GROUP_NUMBER_8(KIND, COLUMNS)                                                          \
  MDC_GROUP_NUMBER(KIND, COLUMNS, uint8_t, int32_t, i32, (sums, left, right))

/// One operand's part of a stage, as TMA lays it: rows of 128 bytes, which are a line's depth or,
/// across the depth, 64 lines at one depth.
template <class Element> struct MappedTile {
  static constexpr int rowBytes = 128, atomBytes = 8 * rowBytes;
  static constexpr int tileDepth = rowBytes / sizeof(Element);
  static constexpr int depthStep = 32 / sizeof(Element);                   // of an instruction
  static constexpr int blockLines = 64, blockBytes = tileDepth * rowBytes; // across the depth

  const void *map;
  bool across;
  int32_t inner, outer; // coordinates of the batch

  MDC_INLINE void fetch(uint8_t *tile, int lines, int32_t line, int32_t k,
                        uint64_t *arrived) const {
    if (!across) {
      const int32_t at[4] = {k, line, inner, outer};
      mdc_copy_tile(tile, map, at, arrived);
      return;
    }
    for (int block = 0; block < lines / blockLines; ++block) {
      const int32_t at[4] = {line + block * blockLines, k, inner, outer};
      mdc_copy_tile(tile + block * blockBytes, map, at, arrived);
    }
  }

  /// Of the lines from `line`, a multiple of 64, on and one step of the depth: address, distance of
  /// blocks and of atoms in units of 16 bytes, swizzle of 128 bytes.
  MDC_INLINE uint64_t descriptor(const uint8_t *tile, int line, int step) const {
    const uint32_t stepBytes = across ? depthStep * rowBytes : 32;
    const uint32_t first = mdc_shared_address(tile) + line * rowBytes + step * stepBytes;
    const uint64_t blocks = across ? blockBytes / 16 : 1, atoms = atomBytes / 16;
    return (first & 0x3ffff) >> 4 | blocks << 16 | atoms << 32 | (uint64_t)1 << 62;
  }
};

/// `groups` warpgroups have 64 rows each; the warp behind them asks for the tiles.
template <class Number, int groups, int tileColumns, int stages> struct MatmulSm90a {
  typedef MdcMatmul Shape;
  typedef typename Number::Sum Sum;
  using Tile = MappedTile<typename Number::Element>;
  static constexpr int tileRows = 64 * groups, tileDepth = Tile::tileDepth;
  static constexpr int leftBytes = tileRows * Tile::rowBytes;
  static constexpr int stageBytes = leftBytes + tileColumns * Tile::rowBytes;
  static constexpr int groupThreads = 128, groupWarps = 4;

  uint8_t *tiles;
  uint64_t *full, *empty; // of each stage
  Tile left, right;
  Part part;

  MDC_INLINE void begin(const MdcMatmul &shape) {
    part = partOfBlock(shape, tileRows, tileColumns, tileDepth);
    tiles = (uint8_t *)mdc_shared_memory();
    full = (uint64_t *)(tiles + stages * stageBytes);
    empty = full + stages;
    const int32_t inner = part.batch % shape.innerBatches, outer = part.batch / shape.innerBatches;
    const bool mayLieAcross = sizeof(typename Number::Element) == 2;
    left = {shape.left, mayLieAcross && shape.leftRowStride == 1, shape.leftInnerStride ? inner : 0,
            shape.leftOuterStride ? outer : 0};
    right = {shape.right, mayLieAcross && shape.rightColumnStride == 1,
             shape.rightInnerStride ? inner : 0, shape.rightOuterStride ? outer : 0};
    if (mdc_thread() == 0) {
      for (int stage = 0; stage < stages; ++stage) {
        mdc_mbarrier_init(full + stage, 1);
        mdc_mbarrier_init(empty + stage, groups * groupWarps);
      }
      mdc_mbarrier_fence_init();
    }
    mdc_barrier();
  }

  // One thread. A new mbarrier's wait for the parity 1 returns at once.
  MDC_INLINE void fetchAll() const {
    int stage = 0;
    uint32_t parity = 1;
    for (int64_t k = part.depthBegin; k < part.depthEnd; k += tileDepth) {
      uint8_t *to = tiles + stage * stageBytes;
      mdc_mbarrier_wait(empty + stage, parity);
      mdc_mbarrier_expect(full + stage, stageBytes);
      left.fetch(to, tileRows, part.row, k, full + stage);
      right.fetch(to + leftBytes, tileColumns, part.column, k, full + stage);
      stage = (stage + 1) % stages;
      parity ^= stage == 0;
    }
  }

  // A stage may be overwritten once no product reads it: when those of the next one were issued and
  // all before them waited for.
  MDC_INLINE void multiplyAll(Sum *sums, int row) const {
    int stage = 0, before = -1;
    uint32_t parity = 0;
    for (int64_t k = part.depthBegin; k < part.depthEnd; k += tileDepth) {
      const uint8_t *tile = tiles + stage * stageBytes;
      mdc_mbarrier_wait(full + stage, parity);
      Number::fence(sums);
#pragma unroll
      for (int step = 0; step < tileDepth / Tile::depthStep; ++step)
        Number::multiply(sums, left.descriptor(tile, row, step),
                         right.descriptor(tile + leftBytes, 0, step), left.across, right.across);
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

  MDC_INLINE void finish(const MdcMatmul &shape, const uint64_t *arguments, const Sum *sums,
                         int row) const {
    const int lane = mdc_thread() % 32, warp = mdc_thread() % groupThreads / 32;
#pragma unroll
    for (int half = 0; half < 2; ++half)
#pragma unroll
      for (int j = 0; j < tileColumns / 8; ++j)
        emit(shape, part, arguments, part.row + row + warp * 16 + half * 8 + lane / 4,
             part.column + j * 8 + lane % 4 * 2, sums[4 * j + 2 * half],
             sums[4 * j + 2 * half + 1]);
  }

  MDC_INLINE static void run(const MdcMatmul &shape, const uint64_t *arguments) {
    MatmulSm90a loop;
    loop.begin(shape);
    if (mdc_thread() >= groups * groupThreads) {
      if (mdc_thread() % 32 == 0)
        loop.fetchAll();
      return;
    }
    Sum sums[tileColumns / 2];
#pragma unroll
    for (int i = 0; i < tileColumns / 2; ++i)
      sums[i] = 0;
    const int row = mdc_thread() / groupThreads * 64;
    loop.multiplyAll(sums, row);
    loop.finish(shape, arguments, sums, row);
  }
};

#define MDC_GROUP_NUMBERS(COLUMNS)                                                                 \
  MDC_GROUP_NUMBER_16(f16, COLUMNS)                                                                \
  MDC_GROUP_NUMBER_16(bf16, COLUMNS)                                                               \
  MDC_GROUP_NUMBER_8(u8s8, COLUMNS)                                                                \
  MDC_GROUP_NUMBER_8(s8u8, COLUMNS)
MDC_GROUP_NUMBERS(64)
MDC_GROUP_NUMBERS(128)
MDC_GROUP_NUMBERS(256)

} // namespace mdc

#define MDC_TILE(KIND, ROWS, COLUMNS, STAGES)                                                      \
  namespace mdc {                                                                                  \
  using KIND##Tile##ROWS##x##COLUMNS = MatmulSm90a<KIND##COLUMNS, ROWS / 64, COLUMNS, STAGES>;     \
  }                                                                                                \
  MDC_MAIN_LOOP(mdc_matmul_sm90a_##KIND##_##ROWS##x##COLUMNS, mdc::KIND##Tile##ROWS##x##COLUMNS)

#define MDC_TILES(KIND)                                                                            \
  MDC_TILE(KIND, 64, 64, 4)                                                                        \
  MDC_TILE(KIND, 64, 128, 4)                                                                       \
  MDC_TILE(KIND, 128, 128, 3)                                                                      \
  MDC_TILE(KIND, 128, 256, 4)

MDC_TILES(f16)
MDC_TILES(bf16)
MDC_TILES(u8s8)
MDC_TILES(s8u8)
