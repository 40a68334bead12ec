// Questions about extents that are expressions of the open dimensions.
#pragma once

#include "mlir/IR/AffineExpr.h"
#include "llvm/ADT/ArrayRef.h"

namespace mdc::importer {

/// The values that an expression can take; both ends belong to it.
struct Interval {
  int64_t low = 0, high = 0;
};

/// A superset of the expression's values for symbols in `symbols`; saturates at +-2^62.
Interval boundsOf(mlir::AffineExpr expr, llvm::ArrayRef<Interval> symbols);

/// The expression q with q * divisor == dividend for all values of the symbols; null when there is
/// none.
mlir::AffineExpr dividedExactly(mlir::AffineExpr dividend, mlir::AffineExpr divisor);

} // namespace mdc::importer
