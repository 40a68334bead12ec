// What the pruning passes share: which layers are chosen, and the attributes between the passes.
#pragma once

#include "compiler/compress/Layers.h"

namespace mdc::compress {

// The weights of a layer before a mask, row-major as the weight: from mdc-prune to mdc-reconstruct.
inline constexpr llvm::StringLiteral kDenseWeightAttr = "graph.dense_weight";
// Whether patterns of node names choose a layer. No pattern in `include` chooses every layer.
bool isChosen(const Layer &layer, llvm::ArrayRef<std::string> include,
              llvm::ArrayRef<std::string> exclude);

// Fails with an error at `loc` for options that no pass takes.
mlir::LogicalResult checkPruning(mlir::Location loc, double sparsity, llvm::StringRef scope);

} // namespace mdc::compress
