#include "compiler/lower/SparseCost.h"

#include "compiler/lower/SparsePacking.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include <algorithm>

using namespace mlir;

namespace mdc::lower {

// Bytes of turned rows that a thread keeps on its stack and in the second-level cache.
static constexpr int64_t kTurnedBytes = 512 << 10;

SparseRows sparseRows(const Machine &machine, int64_t width, int64_t depth,
                      std::optional<int64_t> rows) {
  bool wide = machine.registerLanes >= kLanes;
  int64_t mostCached = std::max<int64_t>(1, kTurnedBytes / (depth * 4 * kLanes)) * kLanes;
  if (width == 1) {
    // Twice as many vectors of sums as of rows; eight in flight hide a multiply-add's latency.
    int64_t most = std::min<int64_t>(mostCached, kLanes * (wide ? 8 : 3));
    int64_t wanted = rows ? (*rows + kLanes - 1) / kLanes * kLanes : 2 * kLanes;
    return {std::min(most, wanted)};
  }
  // All registers but those of the weights and one to spare.
  int64_t most = std::min<int64_t>(wide ? 28 : 6, mostCached);
  if (!rows)
    return {std::min<int64_t>(most, 12)};
  // Fewest rows computed in all, the tallest tile among equals.
  int64_t best = std::min(most, *rows), computed = INT64_MAX;
  for (int64_t candidate = best; candidate >= std::min<int64_t>(best, 4); --candidate) {
    int64_t all = (*rows + candidate - 1) / candidate * candidate;
    if (all < computed) {
      computed = all;
      best = candidate;
    }
  }
  return {best};
}

// Time of one multiply-add of an entry relative to a dense one, and the share of the dense time
// below which sparse is worth it.
static constexpr double kBlockCost = 1.3, kSingleCost = 2.5, kWorthwhile = 0.8;

static std::optional<ArrayRef<char>> elementsOf(graph::ConstantOp weight) {
  auto dense = dyn_cast<DenseElementsAttr>(weight.getValue());
  if (dense && !dense.isSplat())
    return dense.getRawData();
  auto resource = dyn_cast<DenseResourceElementsAttr>(weight.getValue());
  AsmResourceBlob *blob = resource ? resource.getRawHandle().getBlob() : nullptr;
  if (!blob || blob->getData().size() != weight.getType().getNumElements() * sizeof(float))
    return std::nullopt;
  return blob->getData();
}

std::optional<int64_t> sparseWidth(graph::ConstantOp weight, bool transposed,
                                   std::optional<int64_t> rows) {
  auto elements = elementsOf(weight);
  if (!weight.getType().getElementType().isF32() || !elements || elements->empty())
    return std::nullopt;
  SparseCounts counts = countSparse(*elements, weight.getType(), transposed);
  double blocks = kBlockCost * kLanes * double(counts.entriesOfSixteen) / double(counts.weights);
  double singles = kSingleCost * double(counts.entriesOfOne) / double(counts.weights);
  // With few rows the lanes over rows are idle.
  if (rows && *rows < kLanes)
    singles *= double(kLanes) / double(*rows);
  if (std::min(blocks, singles) > kWorthwhile)
    return std::nullopt;
  return blocks <= singles ? kLanes : 1;
}

} // namespace mdc::lower
