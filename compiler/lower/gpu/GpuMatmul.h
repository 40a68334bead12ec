// A product of matrices on a GPU: a main loop of runtime/cuda/kernels between generated code.
#pragma once

#include "dialects/graph/Graph.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace mdc::lower {

struct GpuProduct {
  std::string loop;                        // "f32_64x64"
  llvm::SmallVector<int64_t> scratchBytes; // behind the results
};

// Adds the entries SYMBOL_0, ... of the region `kernel`, whose root is `root`, and the stores that
// its main loop calls to `module`. None where no main loop takes the product; nothing is added
// then.
std::optional<GpuProduct> emitGpuMatmul(mlir::ModuleOp module, mlir::func::FuncOp kernel,
                                        graph::MatmulOp root, llvm::StringRef symbol);

} // namespace mdc::lower
