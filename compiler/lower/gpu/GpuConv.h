// A convolution on a GPU: its windows are written side by side, and a main loop multiplies them by
// the weights.
#pragma once

#include "compiler/lower/gpu/GpuProduct.h"

namespace mdc::lower {

// Adds the function SYMBOL, a parallel loop that writes the windows, the entries SYMBOL_1, ..., and
// the stores of the main loop to `module`; no function and entries from SYMBOL_0 on where the input
// can be read as it lies. None where no main loop takes the convolution or its windows would be too
// large; nothing is added then.
std::optional<GpuProduct> emitGpuConv(mlir::ModuleOp module, mlir::func::FuncOp kernel,
                                      graph::ConvOp root, llvm::StringRef symbol);

} // namespace mdc::lower
