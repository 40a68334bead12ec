// What loops for sm_90a multiply: instructions of a warpgroup, and tiles in shared memory as TMA
// lays them.
#pragma once

#include "runtime/cuda/kernels/Primitives.h"

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

#define MDC_GROUP_NUMBERS(COLUMNS)                                                                 \
  MDC_GROUP_NUMBER_16(f16, COLUMNS)                                                                \
  MDC_GROUP_NUMBER_16(bf16, COLUMNS)                                                               \
  MDC_GROUP_NUMBER_8(u8s8, COLUMNS)                                                                \
  MDC_GROUP_NUMBER_8(s8u8, COLUMNS)
MDC_GROUP_NUMBERS(64)
MDC_GROUP_NUMBERS(128)
MDC_GROUP_NUMBERS(256)

/// One operand's part of a stage, as TMA lays it: rows of 128 bytes, which are a line's depth or,
/// across the depth, 64 lines at one depth.
template <class ElementOf> struct MappedTile {
  typedef ElementOf Element;
  static constexpr int rowBytes = 128, atomBytes = 8 * rowBytes;
  static constexpr int tileDepth = rowBytes / sizeof(Element);
  static constexpr int depthStep = 32 / sizeof(Element); // of an instruction
  static constexpr bool mayLieAcross = sizeof(Element) == 2;
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

  /// Of one step of the depth of the tile at `tile`, see descriptorUnits: address, distance of
  /// blocks and of atoms, swizzle of 128 bytes. Only the low word differs from one tile to the
  /// next.
  MDC_INLINE uint64_t descriptor(uint32_t tile, int step) const {
    const uint32_t stepBytes = across ? depthStep * rowBytes : 32;
    const uint32_t blocks = across ? blockBytes / 16 : 1, atoms = atomBytes / 16;
    const uint32_t low = tile + step * stepBytes / 16 + (blocks << 16);
    return low | (uint64_t)atoms << 32 | (uint64_t)1 << 62;
  }
};

/// What descriptors count in: 16 bytes. An address has 18 bits.
MDC_INLINE uint32_t descriptorUnits(const uint8_t *shared) {
  return (mdc_shared_address(shared) & 0x3ffff) / 16;
}

} // namespace mdc
