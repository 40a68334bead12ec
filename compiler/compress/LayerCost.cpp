#include "compiler/compress/LayerCost.h"

#include "compiler/compress/Weights.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

using namespace mlir;

namespace mdc::compress {

namespace {

// What a kind of layer takes.
struct Rates {
  double floats, bytes, shortBytes; // multiply-adds in a cycle, the latter of a reduced range
  double roundCycles = 0, scaleCycles = 0; // of an element of the input, of the result
};

// Measured on one core: ResNet-50's convolutions, products of 32 to 768 columns and of 16 rows and
// more; yunet's depthwise convolutions with the rounding of the input and the scaling of the sums.
struct Level {
  bool hasVnni;
  Rates convolution, product, depthwise;
};
constexpr Level kLevels[] = {
    // v3; v4 multiplies and adds twice as much of either
    {false, {14, 22, 33, 0.25, 0.20}, {14, 20.5, 33, 0.35, 0.35}, {9, 8, 8}},
    {true, {28, 100, 100, 0.08, 0.06}, {28, 100, 100, 0.08, 0.06}, {18, 36, 36}},
};

// What a product in bytes may take on each level, of the time in floats: the estimates are that
// exact. Convolutions gain more where they gain than they lose elsewhere, and the mean counts.
constexpr double kMostOfAnyLevel = 0.9;

// Starting a kernel of its own that rounds what a request brings, or rows; the latter are read
// twice, for their range and to be rounded by it.
constexpr double kKernelCycles = 400, kReadsOfRows = 2;

// Time of the sparse kernels of floats relative to the dense one, as in lower's SparseCost: of a
// multiply-add with groups of outputs that are zero together, and with single weights, whose lanes
// are rows.
constexpr double kBlockCost = 1.3, kSingleCost = 1.6, kSinglesShare = 0.1;
constexpr int64_t kBlockOutputs = 16, kSinglesRows = 32;
constexpr double kLeastSparseShare = 0.02; // of the dense time, whatever the zeros

int64_t roundedUp(int64_t count, int64_t multiple) {
  return (count + multiple - 1) / multiple * multiple;
}

} // namespace

// Time of the fastest kernel of floats relative to the dense one.
static double sparseShare(const Layer &layer) {
  auto weights = floatsOf(layer.weight);
  if (!weights || layer.groups != 1)
    return 1;
  int64_t singles = 0, blocks = 0;
  for (int64_t first = 0; first < layer.outChannels; first += kBlockOutputs)
    for (int64_t position = 0; position < layer.depth; ++position) {
      int64_t kept = 0;
      int64_t end = std::min(first + kBlockOutputs, layer.outChannels);
      for (int64_t channel = first; channel < end; ++channel)
        kept += (*weights)[layer.weightIndex(channel, position)] != 0;
      singles += kept;
      blocks += kept != 0;
    }
  double allBlocks =
      double(roundedUp(layer.outChannels, kBlockOutputs) / kBlockOutputs) * double(layer.depth);
  double share = kBlockCost * double(blocks) / allBlocks;
  if (layer.outputCount / layer.outChannels >= kSinglesRows)
    share = std::min(share,
                     kSinglesShare + kSingleCost * double(singles) / double(layer.weightCount()));
  return std::clamp(share, kLeastSparseShare, 1.0);
}

// Whether the input is what another kernel made, moved or pooled: that one's result is rounded, if
// anything is, and floats would have to be made of it.
static bool roundedByAnother(Value input) {
  Operation *op = input.getDefiningOp();
  return op && (graph::carriesElements(op) || isa<graph::PoolOp>(op));
}

// Cycles that bytes cost beside the products: rounding the input and scaling the sums.
static double edgeCycles(const Layer &layer, InputRounding rounding, double outputs,
                         const Rates &rates) {
  if (layer.isDepthwise())
    return 0;
  double inputs = double(elementCountOf(layer.input, layer.op->getParentOfType<func::FuncOp>()));
  bool byRow = rounding == InputRounding::ByRow;
  double kernel = byRow || isa<BlockArgument>(layer.input) ? kKernelCycles : 0;
  double reads = byRow ? kReadsOfRows : roundedByAnother(layer.input) ? 0 : 1;
  return inputs * reads * rates.roundCycles + outputs * rates.scaleCycles + kernel;
}

std::string reasonAgainstSpeed(const Layer &layer, BytesOfLayer how, ArrayRef<std::string> levels) {
  constexpr int64_t groupBytes = 4; // that a step multiplies at once
  double rows = double(layer.outputCount) / double(layer.outChannels);
  double outputs = rows * double(roundedUp(layer.outChannels, kBlockOutputs));
  double floatProducts = outputs * double(layer.depth);
  double byteProducts =
      layer.isDepthwise() ? floatProducts : outputs * double(roundedUp(layer.depth, groupBytes));
  double sparse = sparseShare(layer);
  double ratio = 0, counted = 0, worst = 0;
  bool worstHasVnni = false;
  for (const Level &level : kLevels) {
    if (llvm::none_of(levels, [&](StringRef name) { return (name == "vnni") == level.hasVnni; }))
      continue;
    const Rates &rates = layer.isDepthwise() ? level.depthwise
                         : layer.isConv()    ? level.convolution
                                             : level.product;
    double floats = floatProducts * sparse / rates.floats;
    double rate = how.bits == kReducedRange ? rates.shortBytes : rates.bytes;
    double bytes = byteProducts / rate + edgeCycles(layer, how.rounding, outputs, rates);
    ratio += bytes / floats;
    counted += 1;
    if (bytes / floats > worst) {
      worst = bytes / floats;
      worstHasVnni = level.hasVnni;
    }
  }
  StringRef than = sparse < 1 ? " as the sparse kernel of floats" : "";
  if (ratio > counted)
    return llvm::formatv("bytes would take about {0:f1} times as long{1}", ratio / counted, than);
  StringRef cpus = worstHasVnni ? "with VNNI" : "without VNNI";
  if (layer.isConv() || worst <= kMostOfAnyLevel)
    return "";
  if (worst <= 1)
    return llvm::formatv("bytes would gain next to nothing on CPUs {0}", cpus);
  return llvm::formatv("bytes would take about {0:f1} times as long{1} on CPUs {2}", worst, than,
                       cpus);
}

} // namespace mdc::compress
