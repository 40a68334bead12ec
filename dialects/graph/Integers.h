// Small integer tensors as expressions of the open dimensions: how shape arithmetic folds.
#pragma once

#include "dialects/graph/Shape.h"
#include "mlir/IR/Attributes.h"
#include "mlir/IR/OpDefinition.h"

namespace mdc::graph {

// Tensors with more elements than this are data, not shapes.
inline constexpr int64_t kMaxFoldedIntegers = 64;

// The elements of a graph.constant's or graph.extents' attribute of integer type, row-major;
// nothing when it is neither, too large or not of integers.
std::optional<llvm::SmallVector<mlir::AffineExpr>> integersOf(mlir::Attribute attribute);

// The same for a value that such an op defines.
std::optional<llvm::SmallVector<mlir::AffineExpr>> integersOf(mlir::Value value);

// Only constants: the values of a constant integer tensor.
std::optional<llvm::SmallVector<int64_t>> constantsOf(mlir::Value value);

// What a fold returns for such elements: dense elements when all are constant and otherwise a map
// (for graph.extents); null when the type holds no integers or has the wrong element count.
mlir::Attribute integersAttr(llvm::ArrayRef<mlir::AffineExpr> values, mlir::RankedTensorType type);

} // namespace mdc::graph
