#include "compiler/compress/CalibrationFacts.h"
#include "compiler/compress/LeastSquares.h"
#include "compiler/compress/Passes.h"
#include "compiler/compress/Pruning.h"
#include "compiler/compress/Weights.h"

#include <cmath>

using namespace mlir;

namespace mdc::compress {
#define GEN_PASS_DEF_RECONSTRUCT
#include "compiler/compress/Passes.h.inc"

namespace {

// Outputs that a reported error is taken from, evenly spaced: all of them would take longer than
// the solution itself.
constexpr int64_t kMeasuredOutputs = 64;

// A weight as rows of output channels, whatever its order in memory.
std::vector<float> rowsOf(const Layer &layer, ArrayRef<float> weights) {
  std::vector<float> rows(weights.size());
  for (int64_t channel = 0; channel < layer.outChannels; ++channel)
    for (int64_t position = 0; position < layer.depth; ++position)
      rows[channel * layer.depth + position] = weights[layer.weightIndex(channel, position)];
  return rows;
}

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

struct ReconstructPass : impl::ReconstructBase<ReconstructPass> {
  using ReconstructBase::ReconstructBase;

  void runOnOperation() override {
    if (!(damping >= 0)) {
      emitError(getOperation().getLoc(), "damping of ") << damping << ", expected 0 or more";
      return signalPassFailure();
    }
    for (const Layer &layer : layersOf(getOperation())) {
      if (Attribute dense = layer.op->removeAttr(kDenseWeightAttr))
        if (failed(reconstruct(layer, dense)))
          return signalPassFailure();
      if (!keepGram)
        layer.op->removeAttr(kGramAttr);
    }
  }

  LogicalResult reconstruct(const Layer &layer, Attribute denseAttr) {
    auto dense = floatsOf(denseAttr);
    if (!dense || int64_t(dense->size()) != layer.weightCount())
      return layer.op->emitError("graph.dense_weight does not fit, expected ")
             << layer.weightCount() << " f32 elements as the weight has";
    if (StringRef obstacle = obstacleOf(layer); !obstacle.empty()) {
      setFact(layer.op, "note", obstacle);
      return success();
    }
    auto gram = floatsOf(layer.op->getAttr(kGramAttr));
    if (!gram || int64_t(gram->size()) != layer.depth * layer.depth)
      return layer.op->emitError("graph.gram does not fit, expected an f32 matrix of ")
             << layer.depth << "x" << layer.depth << ", the depth of the layer";
    std::vector<float> denseRows = rowsOf(layer, *dense);
    std::vector<float> rows = rowsOf(layer, *floatsOf(layer.weight));
    LeastSquaresOptions options;
    options.damping = damping;
    if (reconstructMasked(rows, denseRows, *gram, options) == Solved::NotFinite) {
      setFact(layer.op, "note", "not reconstructed: calibration inputs overflow");
      return success();
    }
    if (std::optional<double> ratio = noiseRatio(layer, rows, denseRows, *gram))
      setFact(layer.op, "sqnr_db", *ratio);
    replaceWeight(layer, rows);
    ++reconstructed;
    return success();
  }

  void replaceWeight(const Layer &layer, ArrayRef<float> rows) {
    std::vector<float> weights(rows.size());
    setRows(layer, rows, weights);
    auto masked = layer.weight.getDefiningOp<graph::ConstantOp>();
    OpBuilder builder(masked);
    Value weight = makeConstant(builder, masked.getLoc(), masked.getType(), weights);
    layer.op->setOperand(1, weight);
    masked->erase();
  }
};

} // namespace
} // namespace mdc::compress
