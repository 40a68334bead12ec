#include "compiler/compress/Pruning.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;

namespace mdc::compress {

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

} // namespace mdc::compress
