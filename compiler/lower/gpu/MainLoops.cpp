#include "compiler/lower/gpu/MainLoops.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"
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
// Of 16-bit elements: few rows, and on tensor cores.
static constexpr MainLoop tensorLoops[] = {
    {"1x32", 1, 32, 256, 128, 2048, 10},    {"2x32", 2, 32, 256, 128, 4096, 20},
    {"4x32", 4, 32, 256, 128, 8192, 40},    {"16x64", 16, 64, 32, 128, 20480, 150},
    {"64x64", 64, 64, 32, 128, 32768, 450}, {"128x128", 128, 128, 32, 128, 65536, 700},
};

// The same on sm_90a: a warpgroup for 64 rows, a warp that fetches, or two that copy windows;
// stages of 128 bytes of depth and two mbarriers each.
static constexpr MainLoop sm90aLoop(llvm::StringRef name, int64_t rows, int64_t columns,
                                    int64_t warps, int64_t stages, double rate) {
  int64_t stageBytes = 128 * (rows + columns) + 16;
  return {name, rows, columns, 64, 2 * rows + 32 * warps, stages * stageBytes, rate};
}
static constexpr MainLoop sm90aLoops[] = {
    sm90aLoop("64x64", 64, 64, 1, 4, 700),
    sm90aLoop("64x128", 64, 128, 1, 4, 1000),
    sm90aLoop("128x128", 128, 128, 1, 3, 1300),
    sm90aLoop("128x256", 128, 256, 1, 4, 1700),
};
static constexpr MainLoop sm90aConvLoops[] = {
    sm90aLoop("64x64", 64, 64, 2, 4, 700),
    sm90aLoop("64x128", 64, 128, 2, 4, 1000),
    sm90aLoop("128x128", 128, 128, 2, 4, 1300),
    sm90aLoop("128x256", 128, 256, 2, 4, 1700),
};
static constexpr int64_t kFewRows = 16; // of the smallest tiles on tensor cores

int64_t elementBytes(llvm::StringRef element) {
  return element == "f32" || element == "tf32" ? 4 : element.ends_with("16") ? 2 : 1;
}

// A line of a tile has as many bytes of any element, and what multiplies bytes does twice as much.
// Of few rows, sums are shared: those of a thread are as many as elements in 8 bytes.
static MainLoop loopOf(MainLoop loop, llvm::StringRef element) {
  if (element == "f32")
    return loop;
  int64_t bytes = elementBytes(element);
  loop.depth = loop.depth * 2 / bytes; // the table is of 16-bit elements
  loop.rate *= 2.0 / double(bytes);
  if (loop.rows <= kMostFewRows)
    loop.sharedBytes = loop.sharedBytes * 2 / bytes;
  if (element == "tf32" && loop.rows == 128)
    loop.threads = 256;
  return loop;
}

namespace {
struct Device {
  int64_t multiprocessors;
  double busyThreads; // that hide the latency of a multiprocessor's memory
};
} // namespace
// The smallest data center GPU that is built for, the A100; more of them change little.
static constexpr Device anyDevice = {108, 512};
// The H100, where a warp fetches for all.
static constexpr Device sm90aDevice = {132, 280};
// Cycles of a launch, and of a block before its first multiply-add.
static constexpr double kLaunchCycles = 4000, kStartCycles = 1200;
static constexpr int64_t kMostSplits = 32;
// Steps of the depth that each split has at the least.
static constexpr int64_t kFewSteps = 2;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

static double cyclesOf(const MainLoop &loop, const Device &device, const ProductExtents &extents,
                       int64_t splits) {
  auto [rows, columns, depth, batches] = extents;
  int64_t tiles = ceilDiv(rows, loop.rows) * ceilDiv(columns, loop.columns) * batches;
  double blocks = double(ceilDiv(tiles * splits, device.multiprocessors)); // of one of them
  double part = double(ceilDiv(ceilDiv(depth, loop.depth), splits) * loop.depth);
  double busy = std::min(1.0, blocks * double(loop.threads) / device.busyThreads);
  double cycles = kLaunchCycles + kStartCycles +
                  blocks * double(loop.rows * loop.columns) * part / (loop.rate * busy);
  if (splits == 1)
    return cycles;
  constexpr double bytesPerCycle = 1000; // of all multiprocessors, from the second-level cache
  double partialBytes = double(splits) * double(rows * columns * batches) * 2 * sizeof(float);
  return cycles + kLaunchCycles + partialBytes / bytesPerCycle;
}

static std::optional<LoopChoice> fastestOf(llvm::ArrayRef<MainLoop> loops, const Device &device,
                                           const ProductExtents &extents) {
  std::optional<LoopChoice> best;
  double bestCycles = -1;
  for (const MainLoop &loop : loops) {
    // A loop of few rows reads the right-hand side again for each of its tiles.
    if (loop.rows <= kMostFewRows && extents.rows > loop.rows)
      continue;
    if (ceilDiv(extents.rows, loop.rows) > kMostBlocks)
      continue;
    for (int64_t splits = 1; splits <= kMostSplits; splits *= 2) {
      if (extents.batches * splits > kMostBlocks ||
          (splits > 1 && ceilDiv(extents.depth, loop.depth) < kFewSteps * splits))
        break;
      double cycles = cyclesOf(loop, device, extents, splits);
      if (bestCycles >= 0 && cycles >= bestCycles)
        continue;
      bestCycles = cycles;
      best = LoopChoice{loop, splits};
    }
  }
  return best;
}

static llvm::SmallVector<MainLoop> loopsOf(llvm::ArrayRef<MainLoop> table,
                                           llvm::StringRef element) {
  return llvm::map_to_vector(table, [&](const MainLoop &loop) { return loopOf(loop, element); });
}

std::optional<LoopChoice> chooseLoop(LoopKind kind, llvm::StringRef element,
                                     const ProductExtents &extents) {
  auto loops = element == "f32" ? loopsOf(f32Loops, element) : loopsOf(tensorLoops, element);
  if (kind == LoopKind::Conv)
    llvm::erase_if(loops, [](const MainLoop &loop) { return loop.rows <= kMostFewRows; });
  return fastestOf(loops, anyDevice, extents);
}

std::optional<LoopChoice> chooseSm90aLoop(LoopKind kind, llvm::StringRef element,
                                          const ProductExtents &extents) {
  if (elementBytes(element) > 2 || extents.rows <= kFewRows)
    return std::nullopt;
  auto loops = loopsOf(kind == LoopKind::Conv ? sm90aConvLoops : sm90aLoops, element);
  return fastestOf(loops, sm90aDevice, extents);
}

DepthwiseLoop depthwiseLoop(llvm::StringRef element) {
  int64_t bytes = elementBytes(element);
  return {/*channels=*/16 / bytes, /*pixels=*/bytes == 4 ? 4 : 2};
}

namespace {
struct AttentionTile {
  int64_t width, columns; // elements of a head, columns of the softmax
};
} // namespace
static constexpr AttentionTile f32AttentionTiles[] = {{32, 64}, {64, 64}, {128, 32}, {256, 16}};
static constexpr AttentionTile tf32AttentionTiles[] = {{32, 64}, {64, 32}, {128, 16}};
static constexpr AttentionTile narrowAttentionTiles[] = {{32, 64}, {64, 64}, {128, 32}, {256, 32}};

static llvm::ArrayRef<AttentionTile> attentionTilesOf(llvm::StringRef element) {
  if (element == "f32")
    return f32AttentionTiles;
  if (element == "tf32")
    return tf32AttentionTiles;
  return element == "f16" || element == "bf16" ? llvm::ArrayRef(narrowAttentionTiles)
                                               : llvm::ArrayRef<AttentionTile>();
}

std::optional<AttentionLoop> attentionLoop(llvm::StringRef element, int64_t headElements) {
  auto tiles = attentionTilesOf(element);
  const auto *tile =
      llvm::find_if(tiles, [&](const AttentionTile &each) { return headElements <= each.width; });
  if (tile == tiles.end())
    return std::nullopt;
  int64_t stages = element == "f32" ? 1 : 2; // of keys and values
  int64_t lines = AttentionLoop::rows + stages * 2 * tile->columns;
  return AttentionLoop{/*threads=*/128, tile->width, elementBytes(element) * tile->width * lines};
}

std::optional<AttentionLoop> sm90aAttentionLoop(llvm::StringRef element, int64_t rows,
                                                int64_t headElements) {
  constexpr int64_t stages = 2, mbarriers = 1 + 2 * stages, mbarrierBytes = 8;
  constexpr int64_t lines = AttentionLoop::rows + stages * 2 * AttentionLoop::sm90aColumns;
  if ((element != "f16" && element != "bf16") || rows <= kFewRows || headElements > 128)
    return std::nullopt;
  int64_t width = headElements <= 64 ? 64 : 128, elementBytes = 2;
  // a warpgroup that multiplies, and a warp that fetches
  return AttentionLoop{/*threads=*/160, width,
                       elementBytes * width * lines + mbarriers * mbarrierBytes};
}

} // namespace mdc::lower
