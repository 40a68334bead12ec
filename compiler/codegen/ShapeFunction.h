// MdcVariant.shape as LLVM IR.
#pragma once

#include "mlir/IR/AffineExpr.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Module.h"

namespace mdc::codegen {

/// void (const int64_t *dims, int64_t *values): stores each expression of the dims, its symbols.
llvm::Function *addShapeFunction(llvm::Module &module, llvm::StringRef name,
                                 llvm::ArrayRef<mlir::AffineExpr> values);

} // namespace mdc::codegen
