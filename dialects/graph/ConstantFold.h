// Arithmetic on constant floating-point tensors at compile time.
#pragma once

#include "dialects/graph/Graph.h"

namespace mdc::graph {

// Larger constants are weights: passes that change them work on their bytes instead.
inline constexpr int64_t kMaxFoldedElements = 65536;

// Null where an operand is no dense constant of floats, is too large, or the function is left to
// run time.
mlir::Attribute foldUnary(UnaryKind kind, mlir::Attribute input, mlir::RankedTensorType type);
mlir::Attribute foldBinary(BinaryKind kind, mlir::Attribute lhs, mlir::Attribute rhs,
                           mlir::RankedTensorType type);
mlir::Attribute foldCast(mlir::Attribute input, mlir::RankedTensorType type);

// x + 0, x - 0, x * 1, x / 1 and pow(x, 1), where x already has the result's type.
mlir::Value foldIdentity(BinaryOp op, mlir::Attribute lhs, mlir::Attribute rhs);

} // namespace mdc::graph
