// The graph dialect: see dialects/README.md for what each op is for.
#pragma once

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/graph/GraphDialect.h.inc"
#include "dialects/graph/GraphEnums.h.inc"

#define GET_OP_CLASSES
#include "dialects/graph/GraphOps.h.inc"

namespace mdc::graph {

// Function attributes that describe the model's open dimensions: an array of names, and their
// largest values.
inline constexpr llvm::StringLiteral kDimsAttr = "graph.dims";
inline constexpr llvm::StringLiteral kMaxAttr = "graph.max";
// Extents that are to be compiled on their own: for each open dimension an array<i64>, ascending;
// an empty one leaves the dimension open.
inline constexpr llvm::StringLiteral kVariantsAttr = "graph.variants";
// Of such a variant: the extent that each open dimension is bound to, -1 where it stays open, and
// the function's type before.
inline constexpr llvm::StringLiteral kVariantAttr = "graph.variant";
inline constexpr llvm::StringLiteral kSignatureAttr = "graph.signature";

// Of a product of ui8 and i8: how many of its terms (2 or 4) 16 bits hold the sum of, whatever the
// bytes. Without it that is not known.
inline constexpr llvm::StringLiteral kShortSumsAttr = "graph.short_sums";

// A function of one value of each operand at each index.
bool isElementwise(mlir::Operation *op);

// Whether the result's elements are some of those of the op's carried operands, none of them
// computed: moves, gathers, the largest of a window, the nearest. Beside a pad's border, that is:
// `pad` is none of them.
bool carriesElements(mlir::Operation *op);
// The operands of such an op, or of a pad, that the result has elements of; others are indices.
mlir::OperandRange carriedOperands(mlir::Operation *op);

// No element of a ui8 value is larger.
int64_t largestByte(mlir::Value bytes);

// The element type of a product (matmul, conv) of operands of these; null where there is none.
mlir::Type productElement(mlir::Type lhs, mlir::Type rhs);

} // namespace mdc::graph
