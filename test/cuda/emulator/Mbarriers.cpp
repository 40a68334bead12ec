// Lazy: tiles land when all threads wait, the last one first. Eager: they land at once.
#include "test/cuda/emulator/Mbarriers.h"
#include "test/cuda/emulator/Block.h"
#include "test/cuda/emulator/Fault.h"
#include "test/cuda/emulator/Shared.h"
#include "test/cuda/emulator/TensorMap.h"

#include <cstring>
#include <map>
#include <vector>

namespace mdc::emulator {

static constexpr char waiting[] = "an mbarrier";
static constexpr unsigned lineBytes = 128, chunkBytes = 16, tileAlignment = 1024;

namespace {

struct Mbarrier {
  unsigned threads = 0, arrived = 0;
  int64_t expectedBytes = 0; // not landed yet
  uint32_t parity = 0;       // of the open phase
};

struct Tile {
  char *shared;
  TensorMap map;
  int32_t at[4];
  uint64_t *mbarrier;
};

} // namespace

static std::map<const uint64_t *, Mbarrier> mbarriers;
static std::vector<Tile> tilesOnTheirWay;

void forgetMbarriers() {
  mbarriers.clear();
  tilesOnTheirWay.clear();
}

void initMbarrier(uint64_t *mbarrier, uint32_t threads) {
  if (!isShared(mbarrier, sizeof(*mbarrier)) || reinterpret_cast<uintptr_t>(mbarrier) % 8)
    fault("an mbarrier at %p, expected a multiple of 8 in shared memory", (void *)mbarrier);
  if (threads == 0)
    fault("an mbarrier for no thread");
  mbarriers[mbarrier] = {threads};
  *mbarrier = 0;
}

static Mbarrier &mbarrierAt(uint64_t *mbarrier) {
  auto found = mbarriers.find(mbarrier);
  if (found == mbarriers.end())
    fault("there is no mbarrier at %p", (void *)mbarrier);
  return found->second;
}

static void endPhase(uint64_t *place, Mbarrier &mbarrier) {
  if (mbarrier.arrived < mbarrier.threads || mbarrier.expectedBytes != 0)
    return;
  mbarrier.arrived = 0;
  mbarrier.parity ^= 1;
  releaseAll(waiting, reinterpret_cast<int64_t>(place));
}

void arriveAtMbarrier(uint64_t *place, uint32_t bytes) {
  Mbarrier &mbarrier = mbarrierAt(place);
  if (mbarrier.arrived == mbarrier.threads)
    fault("an mbarrier for %u threads is reached by one more", mbarrier.threads);
  if (!current->copiesAreFenced)
    fault("an mbarrier is reached with copies that wgmma may not see, expected a fence before");
  ++mbarrier.arrived;
  mbarrier.expectedBytes += bytes;
  endPhase(place, mbarrier);
}

void waitForMbarrier(uint64_t *place, uint32_t parity) {
  if (mbarrierAt(place).parity == parity)
    waitAt(waiting, reinterpret_cast<int64_t>(place));
}

static const char *elementOf(const Tile &tile, const uint32_t index[4]) {
  int64_t offset = 0;
  for (unsigned axis = 0; axis < 4; ++axis) {
    const int64_t at = int64_t(tile.at[axis]) + index[axis];
    if (at < 0 || at >= tile.map.extents[axis])
      return nullptr;
    offset += at * (axis ? int64_t(tile.map.strideBytes[axis - 1]) : tile.map.elementBytes);
  }
  return reinterpret_cast<const char *>(tile.map.address) + offset;
}

static void land(const Tile &tile) {
  const uint32_t *box = tile.map.box, bytes = tile.map.elementBytes;
  unsigned line = 0;
  uint32_t index[4];
  for (index[3] = 0; index[3] < box[3]; ++index[3])
    for (index[2] = 0; index[2] < box[2]; ++index[2])
      for (index[1] = 0; index[1] < box[1]; ++index[1], ++line)
        for (index[0] = 0; index[0] < box[0]; ++index[0]) {
          const unsigned byte = index[0] * bytes;
          const unsigned chunk = byte / chunkBytes ^ line % 8;
          char *to = tile.shared + line * lineBytes + chunk * chunkBytes + byte % chunkBytes;
          if (const char *from = elementOf(tile, index))
            std::memcpy(to, from, bytes);
          else
            std::memset(to, 0, bytes);
        }
  Mbarrier &mbarrier = mbarrierAt(tile.mbarrier);
  mbarrier.expectedBytes -= int64_t(line) * lineBytes;
  endPhase(tile.mbarrier, mbarrier);
}

void startTile(void *shared, const void *map, const int32_t at[4], uint64_t *mbarrier) {
  Tile tile{static_cast<char *>(shared), {}, {}, mbarrier};
  std::memcpy(&tile.map, map, sizeof(tile.map));
  std::memcpy(tile.at, at, sizeof(tile.at));
  const TensorMap &of = tile.map;
  if (of.mark != tensorMapMark)
    fault("a tile by what is no tensor map, at %p", map);
  const unsigned bytes = of.box[1] * of.box[2] * of.box[3] * lineBytes;
  if (of.box[0] * of.elementBytes != lineBytes || sharedAddress(shared) % tileAlignment ||
      !isShared(shared, bytes))
    fault("a tile of %u bytes to %p, expected lines of %u bytes to a multiple of %u in shared "
          "memory",
          bytes, shared, lineBytes, tileAlignment);
  if (copiesAreEager)
    land(tile);
  else
    tilesOnTheirWay.push_back(tile);
}

bool landTile() {
  if (tilesOnTheirWay.empty())
    return false;
  const Tile tile = tilesOnTheirWay.back();
  tilesOnTheirWay.pop_back();
  land(tile);
  return true;
}

} // namespace mdc::emulator
