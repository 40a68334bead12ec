// What the stand-in driver and the tests write where cuTensorMapEncodeTiled writes an opaque tensor
// map, and the emulator reads. Includes nothing of the emulator.
#pragma once

#include <cstdint>

namespace mdc::emulator {

inline constexpr uint64_t tensorMapMark = 0x6d64632074696c65; // no other memory begins so

/// Of rank 4, with lines of 128 bytes that TMA permutes.
struct alignas(64) TensorMap {
  uint64_t mark;
  uint64_t address;
  uint32_t elementBytes;
  uint32_t extents[4];
  uint32_t box[4];
  uint64_t strideBytes[3]; // of axes 1 to 3; elements of axis 0 follow each other
};
static_assert(sizeof(TensorMap) == 128);

} // namespace mdc::emulator
