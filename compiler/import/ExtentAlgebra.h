// Questions about extents that are expressions of the open dimensions.
#pragma once

#include "mlir/IR/AffineExpr.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <string>

namespace mdc::importer {

/// The values that an expression can take; both ends belong to it.
struct Interval {
  int64_t low = 0, high = 0;
};

/// A superset of the expression's values for symbols in `symbols`; saturates at +-2^62.
Interval boundsOf(mlir::AffineExpr expr, llvm::ArrayRef<Interval> symbols);

/// The same values with products multiplied out and equal terms added up: s1 for s0 + s1 - s0.
mlir::AffineExpr collected(mlir::AffineExpr expr);

/// How many steps begin inside of a span, in the form that windows have too, so that extents that
/// are equal are seen to be.
mlir::AffineExpr stepsIn(mlir::AffineExpr span, int64_t step);

/// Where two expressions have the same value.
struct Agreement {
  enum class Kind { Always, Sometimes, Never, Unknown };
  Kind kind = Kind::Unknown;         ///< Unknown: there are too many values to try them all
  llvm::SmallVector<unsigned> names; ///< the symbols that decide it, when not Always
  /// The first few values of those symbols for which the expressions agree, when Sometimes.
  llvm::SmallVector<llvm::SmallVector<int64_t>> examples;
  bool moreExamples = false;
  /// Two symbols, when the expressions agree just where these do.
  std::optional<std::pair<unsigned, unsigned>> equalSymbols;
};

Agreement agreementOf(mlir::AffineExpr a, mlir::AffineExpr b, llvm::ArrayRef<Interval> symbols);

/// For messages: the symbols by the names of their dimensions, "'batch' * 12".
std::string extentText(mlir::AffineExpr expr, llvm::ArrayRef<std::string> names);

/// The expression q with q * divisor == dividend for all values of the symbols; null when there is
/// none.
mlir::AffineExpr dividedExactly(mlir::AffineExpr dividend, mlir::AffineExpr divisor);

} // namespace mdc::importer
