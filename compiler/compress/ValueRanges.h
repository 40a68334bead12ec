// The ranges of values, from the attributes that calibration left on the graph.
#pragma once

#include "compiler/compress/Ranges.h"
#include "dialects/graph/Graph.h"

#include <optional>

namespace mdc::compress {

/// Fails with an error where a `graph.range` or `graph.ranges` is no list of finite [low, high].
mlir::LogicalResult verifyRanges(mlir::func::FuncOp function);

/// What the attributes say of a value, or what follows from its operands: moves, pools and
/// samplings stay inside the range of what they read, relu and clips cut it. Nothing where neither
/// is known.
std::optional<Range> knownRange(mlir::Value value);

} // namespace mdc::compress
