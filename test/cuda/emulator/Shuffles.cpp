#include "test/cuda/emulator/Shuffles.h"
#include "test/cuda/emulator/Block.h"

#include <algorithm>

namespace mdc::emulator {

struct ShuffleArguments {
  Shuffle form;
  uint32_t value, selector, bound;
};
struct ShuffleResult {
  uint32_t value;
  bool inRange;
};

/// The PTX manual's pseudo code.
static unsigned sourceLane(unsigned lane, const ShuffleArguments &of, bool &inRange) {
  const unsigned segment = of.bound >> 8 & 31, clamp = of.bound & 31, selector = of.selector & 31;
  const unsigned most = lane & segment | clamp & ~segment, least = lane & segment;
  unsigned source = lane;
  switch (of.form) {
  case Shuffle::Up:
    source = lane - selector;
    inRange = int(source) >= int(most);
    break;
  case Shuffle::Down:
    source = lane + selector;
    inRange = source <= most;
    break;
  case Shuffle::Xor:
    source = lane ^ selector;
    inRange = source <= most;
    break;
  case Shuffle::Index:
    source = least | selector & ~segment;
    inRange = source <= most;
    break;
  }
  return inRange ? source : lane;
}

static void shuffleForWarp(Warp &warp, const void *) {
  for (unsigned lane = 0; lane < warp.size; ++lane) {
    if (!(warp.expected >> lane & 1))
      continue;
    auto &result = *static_cast<ShuffleResult *>(warp.results[lane]);
    const auto *own = static_cast<const ShuffleArguments *>(warp.arguments[lane]);
    const unsigned source = sourceLane(lane, *own, result.inRange);
    const bool isThere = source < warp.size && warp.expected >> source & 1;
    // a lane outside the mask gives an undefined value
    result.value =
        isThere ? static_cast<const ShuffleArguments *>(warp.arguments[source])->value : ~0u;
  }
}

bool shuffle(Shuffle form, uint32_t mask, uint32_t &value, uint32_t selector, uint32_t bound) {
  static const char *const names[] = {"shfl.bfly", "shfl.up", "shfl.down", "shfl.idx"};
  const ShuffleArguments arguments{form, value, selector, bound};
  ShuffleResult result{};
  collective(names[int(form)], mask, &result, &arguments, shuffleForWarp, nullptr);
  value = result.value;
  return result.inRange;
}

static void ballotForWarp(Warp &warp, const void *) {
  uint32_t lanes = 0;
  for (unsigned lane = 0; lane < warp.size; ++lane)
    if (warp.expected >> lane & 1 && *static_cast<const bool *>(warp.arguments[lane]))
      lanes |= 1u << lane;
  for (unsigned lane = 0; lane < warp.size; ++lane)
    if (warp.expected >> lane & 1)
      *static_cast<uint32_t *>(warp.results[lane]) = lanes;
}

uint32_t ballot(uint32_t mask, bool predicate) {
  uint32_t lanes = 0;
  collective("vote", mask, &lanes, &predicate, ballotForWarp, nullptr);
  return lanes;
}

void warpBarrier(uint32_t mask) {
  collective("bar.warp", mask, nullptr, nullptr, [](Warp &, const void *) {}, nullptr);
}

} // namespace mdc::emulator
