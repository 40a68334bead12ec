// What one call of a region costs, for reports: counted, not measured.
#pragma once

#include "compiler/program/Program.h"
#include "dialects/graph/Graph.h"

namespace mdc::program {

/// At the largest extents of the model's symbols. An elementwise op counts as one operation an
/// element.
RegionCost costOf(graph::FusedOp fused, llvm::ArrayRef<int64_t> maxExtents);

/// Elements of a type at these extents of its symbols.
uint64_t elementCountOf(mlir::RankedTensorType type, llvm::ArrayRef<int64_t> extents);

} // namespace mdc::program
