#include "compiler/compress/Compress.h"

#include "compiler/compress/Passes.h"

using namespace mlir;

namespace mdc::compress {

bool Quantization::readsValues() const {
  return activations == Activations::Int8 || biasCorrection;
}

bool needsCalibration(const Options &options) {
  bool ranges = options.quantize && options.quantize->readsValues();
  bool grams = (options.prune && options.prune->reconstruct) ||
               (options.quantize && options.quantize->reconstruct);
  return ranges || grams;
}

namespace {

template <typename PassOptions> PassOptions commonOf(const Pruning &pruning) {
  PassOptions options;
  options.sparsity = pruning.sparsity;
  options.scope = pruning.scope;
  llvm::append_range(options.include, pruning.include);
  llvm::append_range(options.exclude, pruning.exclude);
  llvm::append_range(options.restored, pruning.restored);
  if (pruning.include.empty()) // which is every layer to a pass
    options.exclude = {"*"};
  return options;
}

} // namespace

void addPrunePasses(OpPassManager &passes, const Pruning &pruning, bool keepGram) {
  OpPassManager &functions = passes.nest<func::FuncOp>();
  if (pruning.pattern == "channel") {
    auto channels = commonOf<PruneChannelsOptions>(pruning);
    channels.reconstruct = pruning.reconstruct;
    channels.keepGram = keepGram;
    functions.addPass(createPruneChannels(channels));
    return;
  }
  auto prune = commonOf<PruneOptions>(pruning);
  prune.pattern = pruning.pattern;
  prune.keepDense = pruning.reconstruct;
  functions.addPass(createPrune(prune));
  if (!pruning.reconstruct)
    return;
  ReconstructOptions reconstruct;
  reconstruct.keepGram = keepGram;
  functions.addPass(createReconstruct(reconstruct));
}

// What the three ways to quantize have in common.
template <typename PassOptions> static PassOptions weightOptions(const Quantization &quantization) {
  PassOptions options;
  options.granularity = quantization.granularity;
  options.biasCorrection = quantization.biasCorrection;
  options.reconstruct = quantization.reconstruct;
  llvm::append_range(options.exclude, quantization.exclude);
  return options;
}

void addQuantizePasses(OpPassManager &passes, const Quantization &quantization) {
  OpPassManager &functions = passes.nest<func::FuncOp>();
  switch (quantization.activations) {
  case Activations::Int8: {
    auto options = weightOptions<QuantizeOptions>(quantization);
    options.range = quantization.range;
    options.bits = quantization.bits;
    llvm::append_range(options.fasterOn, quantization.fasterOn);
    functions.addPass(createQuantize(options));
    break;
  }
  case Activations::Dynamic: {
    auto options = weightOptions<QuantizeRowsOptions>(quantization);
    options.bits = quantization.bits;
    llvm::append_range(options.fasterOn, quantization.fasterOn);
    functions.addPass(createQuantizeRows(options));
    break;
  }
  case Activations::None:
    functions.addPass(createQuantizeWeights(weightOptions<QuantizeWeightsOptions>(quantization)));
    break;
  }
  functions.addPass(createForgetCalibration());
}

} // namespace mdc::compress
