#include "compiler/compress/Layers.h"
#include "compiler/compress/Passes.h"
#include "compiler/compress/Pruning.h"
#include "compiler/compress/Weights.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace mdc::compress {
#define GEN_PASS_DEF_PRUNE
#include "compiler/compress/Passes.h.inc"

namespace {

// What goes as one: the weights of `channels` neighbouring output channels at one position.
struct Block {
  int64_t firstChannel, channels, position;
};

// A weight while it is pruned.
struct MaskedWeight {
  Layer layer;                      // the first that reads it
  SmallVector<Operation *> readers; // that get it; none where all are restored
  std::vector<float> weights;
  int64_t blockChannels; // of a block that is not cut short

  int64_t channelsPerGroup() const { return layer.outChannels / layer.groups; }
  int64_t blocksPerGroup() const {
    return (channelsPerGroup() + blockChannels - 1) / blockChannels;
  }
  int64_t blockCount() const { return blocksPerGroup() * layer.groups * layer.depth; }

  // Blocks are numbered as their first weights lie: by channels, then by position.
  Block block(int64_t index) const {
    int64_t run = index / layer.depth, inGroup = run % blocksPerGroup() * blockChannels;
    int64_t first = run / blocksPerGroup() * channelsPerGroup() + inGroup;
    return {first, std::min(blockChannels, channelsPerGroup() - inGroup), index % layer.depth};
  }
  float score(int64_t index) const {
    Block b = block(index);
    double sum = 0;
    for (int64_t channel = b.firstChannel; channel < b.firstChannel + b.channels; ++channel)
      sum += std::abs(weights[layer.weightIndex(channel, b.position)]);
    // What is no number is not small: it stays.
    return std::isnan(sum) ? INFINITY : static_cast<float>(sum / b.channels);
  }
  void clear(int64_t index) {
    Block b = block(index);
    for (int64_t channel = b.firstChannel; channel < b.firstChannel + b.channels; ++channel)
      weights[layer.weightIndex(channel, b.position)] = 0;
  }
};

// Clears the part `sparsity` of all blocks of these weights, those of least score.
void maskTogether(MutableArrayRef<MaskedWeight> masks, double sparsity) {
  std::vector<float> scores;
  for (const MaskedWeight &masked : masks)
    for (int64_t index = 0; index < masked.blockCount(); ++index)
      scores.push_back(masked.score(index));
  int64_t count = std::llround(sparsity * scores.size());
  if (count == 0)
    return;
  std::vector<float> sorted = scores;
  std::nth_element(sorted.begin(), sorted.begin() + (count - 1), sorted.end());
  float threshold = sorted[count - 1];
  int64_t ties = count - llvm::count_if(scores, [&](float score) { return score < threshold; });
  size_t at = 0;
  for (MaskedWeight &masked : masks)
    for (int64_t index = 0; index < masked.blockCount(); ++index) {
      float score = scores[at++];
      if (score < threshold || (score == threshold && ties-- > 0))
        masked.clear(index);
    }
}

// The channels of a block; nothing for a text that names no pattern.
std::optional<int64_t> blockChannelsOf(StringRef pattern) {
  int64_t channels = 1;
  if (pattern == "unstructured")
    return channels;
  if (!pattern.consume_front("block-1x") || pattern.getAsInteger(10, channels) ||
      !llvm::is_contained({4, 8, 16, 32}, channels))
    return std::nullopt;
  return channels;
}

struct PrunePass : impl::PruneBase<PrunePass> {
  using PruneBase::PruneBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    std::optional<int64_t> blockChannels = blockChannelsOf(pattern);
    if (!blockChannels) {
      emitError(function.getLoc(), "unknown pattern '")
          << pattern << "', expected unstructured or block-1xN with N of 4, 8, 16 or 32";
      return signalPassFailure();
    }
    if (failed(checkPruning(function.getLoc(), sparsity, scope)))
      return signalPassFailure();
    std::vector<MaskedWeight> masks = chosenWeights(*blockChannels);
    if (scope == "global")
      maskTogether(masks, sparsity);
    else
      for (MaskedWeight &masked : masks)
        maskTogether(masked, sparsity);
    for (const MaskedWeight &masked : masks)
      replaceWeight(masked);
  }

  // A weight that several layers read counts once.
  std::vector<MaskedWeight> chosenWeights(int64_t blockChannels) {
    std::vector<MaskedWeight> masks;
    for (const Layer &layer : layersOf(getOperation())) {
      if (!isChosen(layer, include, exclude))
        continue;
      if (layer.isDepthwise()) {
        setFact(layer.op, "note", "depthwise: stays dense");
        continue;
      }
      auto shared = llvm::find_if(masks, [&](const MaskedWeight &masked) {
        return masked.layer.weight == layer.weight &&
               masked.layer.channelStride == layer.channelStride &&
               masked.layer.depth == layer.depth && masked.layer.groups == layer.groups;
      });
      if (shared == masks.end())
        shared = masks.insert(masks.end(), {layer, {}, *floatsOf(layer.weight), blockChannels});
      if (!matchesAny(restored, layer.name))
        shared->readers.push_back(layer.op);
    }
    return masks;
  }

  // Whoever else reads the weight (a gather, an excluded layer) keeps the dense one.
  void replaceWeight(const MaskedWeight &masked) {
    if (masked.readers.empty())
      return;
    auto dense = masked.layer.weight.getDefiningOp<graph::ConstantOp>();
    std::vector<float> before = *floatsOf(masked.layer.weight);
    OpBuilder builder(dense);
    Value weight = masked.layer.weight;
    if (before != masked.weights)
      weight = makeConstant(builder, dense.getLoc(), dense.getType(), masked.weights);
    int64_t zeros = llvm::count(masked.weights, 0.0f);
    zeroed += zeros - llvm::count(before, 0.0f);
    for (Operation *reader : masked.readers) {
      if (keepDense)
        reader->setAttr(kDenseWeightAttr, dense.getValue());
      reader->setOperand(1, weight);
      setFact(reader, "sparsity", double(zeros) / masked.weights.size());
      setFact(reader, "weight_bytes_before", int64_t(masked.weights.size() * sizeof(float)));
    }
    if (dense->use_empty())
      dense->erase();
  }
};

} // namespace
} // namespace mdc::compress
