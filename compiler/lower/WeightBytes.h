// Weights as bytes, and bytes as weights.
#pragma once

#include "dialects/graph/Graph.h"
#include "mlir/IR/Builders.h"
#include <optional>

namespace mdc::lower {

// The row-major bytes of a constant; nothing for one repeated value.
std::optional<llvm::ArrayRef<char>> bytesOf(graph::ConstantOp constant);

// A constant that owns a copy of the bytes.
graph::ConstantOp makeWeight(mlir::OpBuilder &builder, mlir::Location loc,
                             mlir::RankedTensorType type, llvm::ArrayRef<char> bytes);

} // namespace mdc::lower
