// Every ONNX operator that can be imported: one row each, kept by family.
#pragma once

#include "compiler/import/NodeContext.h"

namespace mdc::importer {

/// Decomposes a node into graph ops. Returns its outputs, the trailing optional ones left away; a
/// null value among them or NodeContext::fail is a failure.
using BuildNode = Values (*)(NodeContext &);

struct OpRow {
  llvm::StringLiteral name;
  int64_t firstOpset; ///< the first and last opset whose form the builder knows
  int64_t lastOpset;
  BuildNode build;
};

/// Newer opsets are refused: they may change what an operator means.
inline constexpr int64_t kLastOpset = 28;

/// The row for an operator of ai.onnx, or of another domain as "DOMAIN.NAME"; null when there is
/// none. `opset` is that of ai.onnx.
const OpRow *findOp(llvm::StringRef name, int64_t opset);

// One function a family; each file of that name defines it.
llvm::ArrayRef<OpRow> elementwiseOps();
llvm::ArrayRef<OpRow> activationOps();
llvm::ArrayRef<OpRow> constantOps();
llvm::ArrayRef<OpRow> shapeOps();
llvm::ArrayRef<OpRow> sliceOps();
llvm::ArrayRef<OpRow> gatherOps();
llvm::ArrayRef<OpRow> scatterOps();
llvm::ArrayRef<OpRow> matmulOps();
llvm::ArrayRef<OpRow> windowOps();
llvm::ArrayRef<OpRow> resizeOps();
llvm::ArrayRef<OpRow> reduceOps();
llvm::ArrayRef<OpRow> normOps();
llvm::ArrayRef<OpRow> attentionOps();
llvm::ArrayRef<OpRow> recurrentOps();
llvm::ArrayRef<OpRow> quantizeOps();
llvm::ArrayRef<OpRow> contributedOps();
llvm::ArrayRef<OpRow> controlOps();

} // namespace mdc::importer
