// The function's arguments: the graph's true inputs with every open dimension bound.
#pragma once

#include "compiler/import/Import.h"
#include "compiler/import/TensorBuilder.h"

#include "llvm/ADT/StringMap.h"

#include <optional>

namespace mdc::importer {

struct OpenDim {
  std::string name;
  Interval range;
};

struct Signature {
  std::vector<const ValueInfo *> inputs;
  std::vector<RankedTensorType> types; ///< of the inputs
  std::vector<OpenDim> openDims;       ///< symbol i is the i-th
};

/// Dimensions that the graph shows to be one: from each name to the one that stands for it.
using SameDims = llvm::StringMap<std::string>;

/// What [model.dims] calls an axis: the graph's name, else "INPUT.AXIS".
std::string dimName(const ValueInfo &input, size_t axis);

/// Nothing after at least one error: an unbound dimension, a name that no input has, an unusable
/// input.
std::optional<Signature> bindDims(const OnnxModel &model, const ImportOptions &options,
                                  const SameDims &sameDims, mlir::MLIRContext *context,
                                  Diagnostics &diagnostics);

} // namespace mdc::importer
