// A convolution on a GPU as a product: over channels that lie together, or else of its windows,
// written side by side.
#pragma once

#include "compiler/lower/gpu/GpuConvShape.h"
#include "compiler/lower/gpu/GpuProduct.h"

namespace mdc::lower {

// Adds the entries SYMBOL_0, ..., in the order of their launches, and the stores of the main loop
// to `module`; where windows are written, the function SYMBOL is a parallel loop that does it. None
// where no main loop takes the convolution or its windows would be too large; nothing is added
// then.
std::optional<GpuProduct> emitGpuConv(mlir::ModuleOp module, mlir::func::FuncOp kernel,
                                      graph::ConvOp root, llvm::StringRef symbol);

// The same of operands that are row-major: rows of the product are output channels, columns pixels.
std::optional<GpuProduct> emitWindowConv(mlir::ModuleOp module, mlir::func::FuncOp kernel,
                                         graph::ConvOp root, llvm::StringRef symbol);

// Windows beyond this many bytes would crowd out the model on a small device.
inline constexpr int64_t kMostWindowBytes = int64_t(1) << 30;

} // namespace mdc::lower
