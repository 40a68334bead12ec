// Shapes with open extents: every extent is an affine expression of the model's open dimensions
// (symbols).
#pragma once

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace mdc::graph {

using Extents = llvm::SmallVector<mlir::AffineExpr, 6>;

// The extents of a type, constants for fixed ones. A `?` without an encoding yields a null
// expression.
Extents extentsOf(mlir::RankedTensorType type);

// A type with these extents, simplified; the encoding is set only where one is open.
mlir::RankedTensorType tensorOf(llvm::ArrayRef<mlir::AffineExpr> extents, mlir::Type element);

// The same shape with another element type.
mlir::RankedTensorType withElement(mlir::RankedTensorType type, mlir::Type element);

// The map () [symbols] -> (exprs) with the fewest symbols, each expression simplified.
mlir::AffineMap extentMap(llvm::ArrayRef<mlir::AffineExpr> exprs, mlir::MLIRContext *context);

// The value of a constant expression.
std::optional<int64_t> constantOf(mlir::AffineExpr expr);

// The product of all extents.
mlir::AffineExpr elementCount(llvm::ArrayRef<mlir::AffineExpr> extents, mlir::MLIRContext *context);

// Value of an expression for given symbol values; division as in affine expressions (floor).
int64_t evaluate(mlir::AffineExpr expr, llvm::ArrayRef<int64_t> symbols);

// The largest value of an expression of the extents of a region or function, by its graph.max; that
// of int64_t for an open one where there is none.
int64_t largestOf(mlir::Operation *function, mlir::AffineExpr expr);

// NumPy broadcast of two shapes; fails when a pair of extents cannot be shown to agree. An open
// extent against another expression that is not 1 counts as disagreement.
mlir::FailureOr<Extents> broadcast(llvm::ArrayRef<mlir::AffineExpr> lhs,
                                   llvm::ArrayRef<mlir::AffineExpr> rhs);

// "2x?x768" with the expressions spelled out, for messages.
std::string shapeText(mlir::RankedTensorType type);

} // namespace mdc::graph
