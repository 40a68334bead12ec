#include "compiler/lower/TileTable.h"

#include <algorithm>
#include <initializer_list>

namespace mdc::lower {

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Accumulators, one row of the right-hand side and one broadcast element have to fit; pairs have a
// product beside its sum. Bytes without byteDots take two registers for each, as 16-bit numbers,
// and one for a mask; two groups of short sums as much.
static int64_t mostRows(const Machine &machine, int64_t vectors, Terms terms = Terms::Floats) {
  bool split = terms == Terms::Bytes && !machine.byteDots;
  int64_t others = split ? 3 : terms == Terms::Pairs ? 2 : 1;
  int64_t registersPerVector = std::max<int64_t>(1, kLanes / machine.registerLanes);
  int64_t vectorSlots = (machine.vectorRegisters - others) / registersPerVector;
  return std::max<int64_t>(vectors == 1, vectorSlots / vectors - (split ? 2 : 1));
}

// Vectors of a panel that one tile covers: all of them where rows enough remain to hide the latency
// of a multiply-add (8 sums in flight), else one.
static int64_t tileVectors(const Machine &machine, int64_t panelVectors,
                           Terms terms = Terms::Floats) {
  return mostRows(machine, panelVectors, terms) * panelVectors >= 8 ? panelVectors : 1;
}

int64_t matmulPanelColumns(int64_t columns) {
  for (int64_t panel : {48, 64, 32})
    if (columns % panel == 0)
      return panel;
  return columns <= 64 ? ceilDiv(columns, kLanes) * kLanes : 48;
}

int64_t convPanelChannels(int64_t channels) {
  int64_t vectors = ceilDiv(channels, kLanes);
  for (int64_t panel : {2, 3})
    if (vectors % panel == 0)
      return panel * kLanes;
  return kLanes;
}

// Cycles for one term of the sums of a tile, in halves: two multiply-adds and two loads a cycle,
// four cycles of latency.
static int64_t termCost(int64_t pixels, int64_t vectors, int64_t registersPerVector) {
  int64_t multiplyAdds = pixels * vectors * registersPerVector;
  int64_t loads = pixels + vectors * registersPerVector;
  return std::max<int64_t>({multiplyAdds, loads, 8});
}

// Half cycles of a tile beside those of its terms: fitted to products of 4 to 6 rows.
static constexpr int64_t kTileCost = 4;

namespace {
struct CostedTile {
  RegisterTile tile;
  int64_t cost; // of all tiles across a panel
};
} // namespace

// As many vectors as make up for few rows.
static CostedTile tileOfRows(const Machine &machine, int64_t panelVectors, int64_t rows,
                             Terms terms) {
  int64_t registersPerVector = std::max<int64_t>(1, kLanes / machine.registerLanes);
  CostedTile best{{rows, 1}, INT64_MAX};
  for (int64_t vectors = 1; vectors <= panelVectors; ++vectors) {
    if (mostRows(machine, vectors, terms) < rows)
      continue;
    int64_t cost =
        ceilDiv(panelVectors, vectors) * (termCost(rows, vectors, registersPerVector) + kTileCost);
    if (cost < best.cost)
      best = {{rows, vectors}, cost};
  }
  return best;
}

RegisterTile restTile(const Machine &machine, int64_t panelColumns, int64_t rows, Terms terms) {
  return tileOfRows(machine, panelColumns / kLanes, rows, terms).tile;
}

RegisterTile matmulTile(const Machine &machine, int64_t panelColumns, std::optional<int64_t> rows,
                        Terms terms) {
  constexpr int64_t tallest = 14;
  int64_t panelVectors = panelColumns / kLanes;
  if (!rows) {
    // Each row has its own address in a register when the count of rows is open: at most 12 of
    // them.
    int64_t vectors = tileVectors(machine, panelVectors, terms);
    return {std::min<int64_t>({mostRows(machine, vectors, terms), 12, 24 / vectors}), vectors};
  }
  RegisterTile tile;
  int64_t leastCost = INT64_MAX;
  for (int64_t tall = std::min({mostRows(machine, 1, terms), tallest, *rows}); tall >= 1; --tall) {
    CostedTile whole = tileOfRows(machine, panelVectors, tall, terms);
    int64_t cost = *rows / tall * whole.cost;
    if (int64_t rest = *rows % tall)
      cost += tileOfRows(machine, panelVectors, rest, terms).cost + kTileCost;
    if (cost < leastCost) {
      leastCost = cost;
      tile = whole.tile;
    }
  }
  return tile;
}

PixelTile convTile(const Machine &machine, int64_t panelChannels, int64_t height, int64_t width,
                   Terms terms) {
  PixelTile best;
  best.vectors = tileVectors(machine, panelChannels / kLanes, terms);
  int64_t registersPerVector = std::max<int64_t>(1, kLanes / machine.registerLanes);
  int64_t most = mostRows(machine, best.vectors, terms);
  int64_t bestCost = INT64_MAX;
  // Wide tiles first: among equals the one with the fewest rows of input in flight wins.
  for (int64_t tall = 1; tall <= std::min(most, height); ++tall) {
    for (int64_t wide = std::min(most / tall, width); wide >= 1; --wide) {
      int64_t cost = 0;
      for (int64_t rows : {tall, height % tall})
        for (int64_t columns : {wide, width % wide}) {
          if (rows == 0 || columns == 0)
            continue;
          int64_t tiles = (rows == tall ? height / tall : 1) * (columns == wide ? width / wide : 1);
          cost += tiles * (termCost(rows * columns, best.vectors, registersPerVector) + 1);
        }
      if (cost < bestCost) {
        bestCost = cost;
        best.height = tall;
        best.width = wide;
      }
    }
  }
  return best;
}

int64_t depthwiseWidth(const Machine &machine, int64_t width, int64_t stride) {
  int64_t most = machine.vectorRegisters >= 32 && machine.registerLanes >= kLanes ? 8 : 4;
  if (stride > 1)
    most = std::max<int64_t>(most / 2, 4);
  for (int64_t wide = std::min(most, width); wide > most / 2; --wide)
    if (width % wide == 0)
      return wide;
  return std::min(most, width);
}

int64_t sumUnroll(int64_t rounds) {
  for (int64_t unroll : {4, 3, 2})
    if (rounds % unroll == 0)
      return unroll;
  return rounds < 4 ? 1 : 4;
}

} // namespace mdc::lower
