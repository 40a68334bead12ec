// A product of matrices on a GPU.
#pragma once

#include "compiler/lower/gpu/GpuProduct.h"

namespace mdc::lower {

// Adds the entries SYMBOL_0, ... of the region `kernel`, whose root is `root`, and the stores that
// its main loop calls to `module`. None where no main loop takes the product; nothing is added
// then.
std::optional<GpuProduct> emitGpuMatmul(mlir::ModuleOp module, mlir::func::FuncOp kernel,
                                        graph::MatmulOp root, llvm::StringRef symbol);

} // namespace mdc::lower
