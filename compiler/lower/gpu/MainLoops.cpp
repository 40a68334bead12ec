#include "compiler/lower/gpu/MainLoops.h"

#include <algorithm>

namespace mdc::lower {

// The smallest tiles first, which win among equals. Rates are estimates: the peak is 128 of f32 a
// cycle, 1024 on tensor cores; a smaller tile reads shared memory more often, and loops of few rows
// wait for memory.
static constexpr MainLoop f32Loops[] = {
    {"1x32", 1, 32, 128, 128, 1024, 3},        {"2x32", 2, 32, 128, 128, 2048, 6},
    {"4x32", 4, 32, 128, 128, 4096, 12},       {"8x32", 8, 32, 128, 128, 8192, 24},
    {"32x32", 32, 32, 16, 64, 9216, 50},       {"64x64", 64, 64, 16, 256, 17408, 90},
    {"128x128", 128, 128, 8, 256, 16896, 110},
};
// Of 16-bit elements.
static constexpr MainLoop tensorLoops[] = {
    {"16x64", 16, 64, 32, 128, 20480, 150},
    {"64x64", 64, 64, 32, 128, 32768, 450},
    {"128x128", 128, 128, 32, 128, 65536, 700},
};

int64_t elementBytes(llvm::StringRef element) {
  return element == "f32" || element == "tf32" ? 4 : element.ends_with("16") ? 2 : 1;
}

// A line of a tensor core's tile has 64 bytes, and what multiplies bytes does twice as much.
static MainLoop loopOf(MainLoop loop, llvm::StringRef element) {
  if (element == "f32")
    return loop;
  int64_t bytes = elementBytes(element);
  loop.depth = 64 / bytes;
  loop.rate *= 2.0 / double(bytes);
  if (element == "tf32" && loop.rows == 128)
    loop.threads = 256;
  return loop;
}

// Of the smallest data center GPU that is built for, the A100; more of them change little.
static constexpr int64_t kMultiprocessors = 108;
// Threads that hide the latency of a multiprocessor's memory.
static constexpr double kBusyThreads = 512;
// Cycles of a launch, and of a block before its first multiply-add.
static constexpr double kLaunchCycles = 4000, kStartCycles = 1200;
static constexpr int64_t kMostSplits = 32;
// Steps of the depth that each split has at the least.
static constexpr int64_t kFewSteps = 2;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

static double cyclesOf(const MainLoop &loop, int64_t rows, int64_t columns, int64_t depth,
                       int64_t batches, int64_t splits) {
  int64_t tiles = ceilDiv(rows, loop.rows) * ceilDiv(columns, loop.columns) * batches;
  double blocks = double(ceilDiv(tiles * splits, kMultiprocessors)); // of one multiprocessor
  double part = double(ceilDiv(ceilDiv(depth, loop.depth), splits) * loop.depth);
  double busy = std::min(1.0, blocks * double(loop.threads) / kBusyThreads);
  double cycles = kLaunchCycles + kStartCycles +
                  blocks * double(loop.rows * loop.columns) * part / (loop.rate * busy);
  if (splits == 1)
    return cycles;
  constexpr double bytesPerCycle = 1000; // of all multiprocessors, from the second-level cache
  double partialBytes = double(splits) * double(rows * columns * batches) * 2 * sizeof(float);
  return cycles + kLaunchCycles + partialBytes / bytesPerCycle;
}

LoopChoice chooseLoop(llvm::StringRef element, int64_t rows, int64_t columns, int64_t depth,
                      int64_t batches) {
  llvm::ArrayRef<MainLoop> loops = tensorLoops;
  if (element == "f32")
    loops = f32Loops;
  LoopChoice best{loopOf(loops.front(), element), 1};
  double bestCycles = -1;
  for (const MainLoop &known : loops) {
    MainLoop loop = loopOf(known, element);
    // A loop of few rows reads the right-hand side again for each of its tiles.
    if (loop.rows <= 8 && rows > loop.rows)
      continue;
    for (int64_t splits = 1; splits <= kMostSplits; splits *= 2) {
      if (splits > 1 && ceilDiv(depth, loop.depth) < kFewSteps * splits)
        break;
      double cycles = cyclesOf(loop, rows, columns, depth, batches, splits);
      if (bestCycles >= 0 && cycles >= bestCycles)
        continue;
      bestCycles = cycles;
      best = {loop, splits};
    }
  }
  return best;
}

} // namespace mdc::lower
