#include "compiler/compress/Pruning.h"

#include "compiler/compress/CalibrationFacts.h"
#include "compiler/compress/LeastSquares.h"
#include "compiler/compress/Weights.h"
#include "mlir/IR/Diagnostics.h"

#include <cmath>

using namespace mlir;

namespace mdc::compress {

namespace {

// Outputs that a reported error is taken from, evenly spaced: all of them would take longer than
// the solution itself.
constexpr int64_t kMeasuredOutputs = 64;

void setRows(const Layer &layer, ArrayRef<float> rows, MutableArrayRef<float> weights) {
  for (int64_t channel = 0; channel < layer.outChannels; ++channel)
    for (int64_t position = 0; position < layer.depth; ++position)
      weights[layer.weightIndex(channel, position)] = rows[channel * layer.depth + position];
}

// Signal to noise of the layer's outputs in dB; nothing where either is zero.
std::optional<double> noiseRatio(const Layer &layer, ArrayRef<float> rows, ArrayRef<float> dense,
                                 ArrayRef<float> gram) {
  int64_t measured = std::min(layer.outChannels, kMeasuredOutputs);
  std::vector<float> after, before;
  for (int64_t index = 0; index < measured; ++index) {
    int64_t first = index * layer.outChannels / measured * layer.depth;
    llvm::append_range(after, rows.slice(first, layer.depth));
    llvm::append_range(before, dense.slice(first, layer.depth));
  }
  double noise = outputError(after, before, gram);
  double signal = outputError(std::vector<float>(before.size(), 0), before, gram);
  if (!(noise > 0 && signal > 0))
    return std::nullopt;
  return 10 * std::log10(signal / noise);
}

// Why a layer keeps its weights; empty where it does not.
StringRef obstacleOf(const Layer &layer) {
  if (layer.groups > 1)
    return "not reconstructed: a convolution of several groups";
  if (!layer.weight.hasOneUse())
    return "not reconstructed: several layers share the weight";
  if (layer.depth > kLargestDepth)
    return "not reconstructed: too deep";
  if (!layer.op->hasAttr(kGramAttr))
    return "not reconstructed: no calibration data";
  return "";
}

} // namespace

bool isChosen(const Layer &layer, ArrayRef<std::string> include, ArrayRef<std::string> exclude) {
  return (include.empty() || matchesAny(include, layer.name)) && !matchesAny(exclude, layer.name);
}

LogicalResult checkPruning(Location loc, double sparsity, StringRef scope) {
  if (!(sparsity >= 0 && sparsity < 1))
    return emitError(loc, "sparsity of ") << sparsity << ", expected a number in [0, 1)";
  if (scope != "global" && scope != "layer")
    return emitError(loc, "unknown scope '") << scope << "', expected global or layer";
  return success();
}

FailureOr<bool> reconstructLayer(const Layer &layer, ArrayRef<float> dense, double damping,
                                 std::vector<float> &weights) {
  if (StringRef obstacle = obstacleOf(layer); !obstacle.empty()) {
    setFact(layer.op, "note", obstacle);
    return false;
  }
  if (failed(verifyGram(layer)))
    return failure();
  auto gram = floatsOf(layer.op->getAttr(kGramAttr));
  std::vector<float> denseRows = rowsOf(layer, dense), rows = rowsOf(layer, weights);
  LeastSquaresOptions options;
  options.damping = damping;
  if (reconstructMasked(rows, denseRows, *gram, options) == Solved::NotFinite) {
    setFact(layer.op, "note", "not reconstructed: calibration inputs overflow");
    return false;
  }
  if (std::optional<double> ratio = noiseRatio(layer, rows, denseRows, *gram))
    setFact(layer.op, "sqnr_db", *ratio);
  setRows(layer, rows, weights);
  return true;
}

} // namespace mdc::compress
