// Which values will lie in memory: fusion, foreseen.
#pragma once

#include "dialects/graph/Graph.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace mdc::compress {

/// Products, pools, reductions and rows take the elementwise ops of their result's shape with them
/// into one kernel, as long as one value leaves it; of the other elementwise ops each joins its
/// readers where they are one kernel, of reductions and rows too. The estimate may differ from what
/// is fused in the end: then a value is stored that need not be, and the numbers stay right.
class KernelResults {
public:
  explicit KernelResults(mlir::func::FuncOp function);

  /// The value that the kernel of `op` writes.
  mlir::Value of(mlir::Operation *op) const;
  /// Whether a value leaves the kernel that computes it.
  bool isStored(mlir::Value value) const;

private:
  void addEpilogue(mlir::Operation *root);
  void joinReaders(mlir::Operation *op);

  llvm::DenseMap<mlir::Operation *, mlir::Value> results_;
  llvm::DenseSet<mlir::Operation *> epilogues_; ///< ops of kernels that compute no operands again
};

} // namespace mdc::compress
