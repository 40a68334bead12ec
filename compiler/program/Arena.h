// Where buffers lie in an arena, given when each is in use.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mdc::program {

/// In use from step `first` to step `last`, both included.
struct Lifetime {
  uint64_t bytes = 0;
  int64_t first = 0;
  int64_t last = 0;
};

struct ArenaLayout {
  std::vector<uint64_t> offsets; ///< in the order of the lifetimes; multiples of MDC_ALIGNMENT
  uint64_t arenaBytes = 0;
};

/// Buffers in use at the same step do not overlap, and MDC_SLACK bytes behind each belong to it.
/// The largest are placed first, each into the smallest gap that holds it.
ArenaLayout placeBuffers(llvm::ArrayRef<Lifetime> lifetimes);

} // namespace mdc::program
