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

// Of mdc-reconstruct: the part of the Gram's mean diagonal that is added to it.
inline constexpr double kUsualDamping = 1e-4;

// Gives the weights that are not zero (`weights`, as the layer's weight lies) the least-squares
// values against `dense` on the layer's graph.gram, and notes how near the outputs come. False, and
// a note why, for a layer that cannot be solved; an error where the Gram matrix does not fit.
mlir::FailureOr<bool> reconstructLayer(const Layer &layer, llvm::ArrayRef<float> dense,
                                       double damping, std::vector<float> &weights);

} // namespace mdc::compress
