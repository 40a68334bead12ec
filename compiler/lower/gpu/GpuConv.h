// A convolution on a GPU by a main loop: over channels that lie together, or else as a product of
// its windows, written side by side.
#pragma once

#include "compiler/lower/gpu/GpuConvShape.h"
#include "compiler/lower/gpu/GpuProduct.h"

namespace mdc::lower {

// Adds the entries SYMBOL_0, ..., in the order of their launches, and the stores of the main loop
// to `module`. None where no main loop takes the convolution; nothing is added then.
std::optional<GpuProduct> emitGpuConv(mlir::ModuleOp module, mlir::func::FuncOp kernel,
                                      graph::ConvOp root, llvm::StringRef symbol);

// The same of operands that are row-major: rows of the product are output channels, columns pixels.
// Where windows are written, the function SYMBOL is a parallel loop that does it. None also where
// they would be too large.
std::optional<GpuProduct> emitWindowConv(mlir::ModuleOp module, mlir::func::FuncOp kernel,
                                         graph::ConvOp root, llvm::StringRef symbol);

} // namespace mdc::lower
