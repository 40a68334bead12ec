#include "compiler/program/Arena.h"

#include "mdc/abi.h"

#include <gtest/gtest.h>

#include <limits>

using namespace mdc::program;

namespace {

/// Reads and writes may go MDC_SLACK bytes past the end.
void expectDisjoint(const std::vector<Lifetime> &lifetimes, const ArenaLayout &layout) {
  for (size_t a = 0; a < lifetimes.size(); ++a) {
    EXPECT_EQ(layout.offsets[a] % MDC_ALIGNMENT, 0u);
    EXPECT_LE(layout.offsets[a] + lifetimes[a].bytes + MDC_SLACK, layout.arenaBytes);
    for (size_t b = 0; b < a; ++b) {
      if (lifetimes[a].last < lifetimes[b].first || lifetimes[b].last < lifetimes[a].first)
        continue;
      bool behind = layout.offsets[a] >= layout.offsets[b] + lifetimes[b].bytes + MDC_SLACK;
      bool before = layout.offsets[b] >= layout.offsets[a] + lifetimes[a].bytes + MDC_SLACK;
      EXPECT_TRUE(behind || before) << "buffers " << b << " and " << a << " overlap";
    }
  }
}

TEST(Arena, BuffersInUseAtOnceAreDisjoint) {
  std::vector<Lifetime> lifetimes;
  uint64_t state = 1;
  for (int64_t step = 0; step < 200; ++step) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    lifetimes.push_back({(state >> 33) % 5000, step, step + int64_t((state >> 20) % 7)});
  }
  expectDisjoint(lifetimes, placeBuffers(lifetimes));
}

TEST(Arena, AChainNeedsTwoBuffers) {
  std::vector<Lifetime> lifetimes;
  for (int64_t step = 0; step < 50; ++step)
    lifetimes.push_back({1000, step, step + 1});
  ArenaLayout layout = placeBuffers(lifetimes);
  expectDisjoint(lifetimes, layout);
  EXPECT_EQ(layout.arenaBytes, 2 * (1000 + 24 + MDC_SLACK));
}

TEST(Arena, OutputsStayToTheEnd) {
  std::vector<Lifetime> lifetimes = {{64, 0, std::numeric_limits<int64_t>::max()}, {64, 5, 6}};
  expectDisjoint(lifetimes, placeBuffers(lifetimes));
}

TEST(Arena, NothingTakesNothing) { EXPECT_EQ(placeBuffers({}).arenaBytes, 0u); }

} // namespace
