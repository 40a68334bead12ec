#include "compiler/compress/Compress.h"

#include "compiler/compress/Passes.h"

using namespace mlir;

namespace mdc::compress {

bool needsCalibration(const Options &options) {
  bool ranges = options.quantize && options.quantize->activations == Activations::Int8;
  bool grams = (options.prune && options.prune->reconstruct) ||
               (options.quantize && options.quantize->reconstruct);
  return ranges || grams;
}

void addPrunePasses(OpPassManager &passes, const Pruning &pruning, bool keepGram) {
  OpPassManager &functions = passes.nest<func::FuncOp>();
  PruneOptions prune;
  prune.sparsity = pruning.sparsity;
  prune.scope = pruning.scope;
  prune.pattern = pruning.pattern;
  llvm::append_range(prune.include, pruning.include);
  llvm::append_range(prune.exclude, pruning.exclude);
  prune.keepDense = pruning.reconstruct;
  functions.addPass(createPrune(prune));
  if (!pruning.reconstruct)
    return;
  ReconstructOptions reconstruct;
  reconstruct.keepGram = keepGram;
  functions.addPass(createReconstruct(reconstruct));
}

} // namespace mdc::compress
