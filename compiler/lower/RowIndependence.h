// Whether a model's rows along an open dimension (a batch) are computed apart from each other.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>
#include <string>

namespace mdc::lower {

/// An op that keeps rows from being independent.
struct RowDependence {
  mlir::Location location;
  std::string reason; ///< "graph.reduce combines the rows"
};

/// Nothing if row r of every result along the open dimension `symbol` is computed from row r of the
/// arguments alone, and results without rows from no row at all: then rows may be added behind the
/// last one, filled with zeros, and change nothing before it. `function` holds graph ops before
/// fusion. Where independence cannot be shown, the first op that is in the way.
std::optional<RowDependence> rowDependence(mlir::func::FuncOp function, unsigned symbol);

} // namespace mdc::lower
