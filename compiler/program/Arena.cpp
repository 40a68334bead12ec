#include "compiler/program/Arena.h"

#include "mdc/abi.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <limits>
#include <numeric>

namespace mdc::program {

namespace {
struct Extent {
  uint64_t begin;
  uint64_t end;
};
} // namespace

static uint64_t roomOf(const Lifetime &lifetime) {
  return llvm::alignTo(lifetime.bytes + MDC_SLACK, MDC_ALIGNMENT);
}

static bool overlap(const Lifetime &a, const Lifetime &b) {
  return a.first <= b.last && b.first <= a.last;
}

/// The start of the smallest gap between `taken`, sorted by begin, that holds `room` bytes.
static uint64_t bestGap(llvm::ArrayRef<Extent> taken, uint64_t room) {
  uint64_t best = 0, bestBytes = std::numeric_limits<uint64_t>::max(), end = 0;
  for (const Extent &extent : taken) {
    if (extent.begin >= end + room && extent.begin - end < bestBytes) {
      best = end;
      bestBytes = extent.begin - end;
    }
    end = std::max(end, extent.end);
  }
  return bestBytes == std::numeric_limits<uint64_t>::max() ? end : best;
}

ArenaLayout placeBuffers(llvm::ArrayRef<Lifetime> lifetimes) {
  std::vector<size_t> order(lifetimes.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::stable_sort(order,
                    [&](size_t a, size_t b) { return lifetimes[a].bytes > lifetimes[b].bytes; });
  ArenaLayout layout;
  layout.offsets.resize(lifetimes.size());
  std::vector<size_t> placed; // sorted by offset
  for (size_t index : order) {
    std::vector<Extent> taken;
    for (size_t other : placed)
      if (overlap(lifetimes[index], lifetimes[other]))
        taken.push_back({layout.offsets[other], layout.offsets[other] + roomOf(lifetimes[other])});
    uint64_t room = roomOf(lifetimes[index]);
    uint64_t offset = bestGap(taken, room);
    layout.offsets[index] = offset;
    layout.arenaBytes = std::max(layout.arenaBytes, offset + room);
    auto behind = llvm::partition_point(
        placed, [&](size_t other) { return layout.offsets[other] <= offset; });
    placed.insert(behind, index);
  }
  return layout;
}

} // namespace mdc::program
