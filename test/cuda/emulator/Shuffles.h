// Operations of a whole warp on one word of each lane: shuffles and votes.
#pragma once

#include <cstdint>

namespace mdc::emulator {

enum class Shuffle { Xor, Up, Down, Index };

/// As shfl.sync: `bound` is the operand c, the mask of the lanes' segment and its last lane.
/// Returns whether the source was in range; else the caller's own value is the result.
bool shuffle(Shuffle form, uint32_t mask, uint32_t &value, uint32_t selector, uint32_t bound);

/// The lanes of `mask` whose predicate holds.
uint32_t ballot(uint32_t mask, bool predicate);

/// All lanes of `mask` are here.
void warpBarrier(uint32_t mask);

} // namespace mdc::emulator
