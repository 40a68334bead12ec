#include "compiler/lower/SparseCost.h"

#include "compiler/lower/Packing.h"
#include "compiler/lower/SparsePacking.h"
#include "compiler/lower/TileTable.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace mdc::lower {

// Bytes of turned rows that a thread keeps on its stack and in the second-level cache.
static constexpr int64_t kTurnedBytes = 512 << 10;

SparseRows sparseRows(const Machine &machine, int64_t depth, std::optional<int64_t> rows) {
  bool wide = machine.registerLanes >= kLanes;
  int64_t mostCached = std::max<int64_t>(1, kTurnedBytes / (depth * 4 * kLanes)) * kLanes;
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
// below which sparse is worth it. Measured on AVX2; single weights as little as 1.2 where vectors
// of positions are aligned.
static constexpr double kBlockCost = 1.3, kSingleCost = 1.6, kWorthwhile = 0.8;

// Of single weights beside their products, in cycles: a list of a run; an element that is turned,
// of the input or the sums. An entry takes as long as these positions do, however few there are.
static constexpr double kListCycles = 30, kTurnCycles = 0.35;
static constexpr int64_t kLeastPositions = 35;

// Rows from which on expanding a panel costs less than reading its zeros from memory does.
static constexpr int64_t kSharingRows = 32;

// Weights of a layer that caches may hold from one request to the next.
static constexpr int64_t kCachedWeightBytes = 1 << 20;

static std::optional<ArrayRef<char>> elementsOf(graph::ConstantOp weight) {
  auto dense = dyn_cast<DenseElementsAttr>(weight.getValue());
  if (dense && !dense.isSplat())
    return dense.getRawData();
  auto resource = dyn_cast<DenseResourceElementsAttr>(weight.getValue());
  AsmResourceBlob *blob = resource ? resource.getRawHandle().getBlob() : nullptr;
  if (!blob || blob->getData().size() != weight.getType().getNumElements() *
                                             weight.getType().getElementTypeBitWidth() / 8)
    return std::nullopt;
  return blob->getData();
}

// Share of the dense time that single weights take.
static double shareOfSingles(const SparseCounts &counts, int64_t columns, const SinglesWork &work) {
  constexpr double lanesOfCycle = 16;
  double positions = double(work.tiles) * double(std::max(work.positions, kLeastPositions));
  double products = kSingleCost * double(counts.entriesOfOne) * positions / lanesOfCycle;
  double lists = kListCycles * double(work.runs * columns);
  double turned = kTurnCycles * double(work.turnedFloats + work.positions * columns);
  double dense = double(counts.weights) * double(work.rows) / lanesOfCycle;
  return (products + double(work.tiles) * (lists + turned)) / dense;
}

std::optional<int64_t> sparseWidth(graph::ConstantOp weight, bool transposed,
                                   std::optional<SinglesWork> work) {
  auto elements = elementsOf(weight);
  if (!weight.getType().getElementType().isF32() || !elements || elements->empty())
    return std::nullopt;
  SparseCounts counts = countSparse(*elements, weight.getType(), transposed);
  // Dense panels are whole too: of few columns both compute lanes that nobody reads.
  int64_t columns = weight.getType().getDimSize(transposed ? 0 : 1);
  double dense = double(counts.weights / columns * (sparseLists(columns, kLanes) * kLanes));
  double blocks = kBlockCost * kLanes * double(counts.entriesOfSixteen) / dense;
  double singles = work ? shareOfSingles(counts, columns, *work) : 1;
  if (std::min(blocks, singles) > kWorthwhile)
    return std::nullopt;
  return blocks <= singles ? kLanes : 1;
}

bool leavesOutZeros(graph::ConstantOp weight, const SparseBits &panels, int64_t leastRows,
                    int64_t mostRows) {
  auto elements = elementsOf(weight);
  if (!elements || elements->empty() ||
      panels.panelElements * (int64_t)sizeof(float) > kMostPanelBytes)
    return false;
  // A usual request is halfway between the smallest and the largest, as a ratio.
  double usualRows = std::sqrt(double(leastRows) * double(mostRows));
  bool cached = int64_t(elements->size()) < kCachedWeightBytes;
  if ((cached ? usualRows : double(mostRows)) < kSharingRows)
    return false;
  ArrayRef<float> values(reinterpret_cast<const float *>(elements->data()),
                         elements->size() / sizeof(float));
  int64_t kept = int64_t(values.size()) - llvm::count(values, 0.0f);
  int64_t words = panels.startWords() + panels.bitWords() + kept + kLanes;
  return double(words) < kWorthwhile * double(values.size());
}

void noteDenseKernel(Operation *product, graph::ConstantOp weight, llvm::StringRef packing) {
  auto facts = product->getAttrOfType<DictionaryAttr>("graph.compression");
  auto elements = elementsOf(weight);
  if (!facts || !facts.contains("sparsity") || !elements)
    return;
  std::string reason = "dense kernel: bytes have no sparse one";
  if (weight.getType().getElementType().isF32()) {
    SparseCounts counts = countSparse(*elements, weight.getType(), isa<graph::ConvOp>(product));
    int64_t zeroPercent = 100 - 100 * counts.entriesOfOne / counts.weights;
    int64_t skippedPercent =
        100 - 100 * kLanes * counts.entriesOfSixteen / std::max<int64_t>(1, counts.weights);
    if (zeroPercent == 0)
      return; // its channels were pruned
    reason = "dense kernel: " + std::to_string(zeroPercent) + " % zeros, " +
             std::to_string(std::max<int64_t>(0, skippedPercent)) + " % in whole blocks of 16";
    if (auto packed = parsePacking(packing); packed && packed->bits)
      reason += ", stored without its zeros";
  }
  NamedAttrList changed(facts);
  if (auto note = facts.getAs<StringAttr>("note"))
    reason = note.str() + "; " + reason;
  changed.set("note", StringAttr::get(product->getContext(), reason));
  product->setAttr("graph.compression", changed.getDictionary(product->getContext()));
}

} // namespace mdc::lower
