// One region for a GPU: its parallel loops become kernels, and a table says how they are launched.
#pragma once

#include "compiler/lower/gpu/GpuLaunch.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mdc::lower {

struct GpuRegion {
  // Functions of the llvm dialect for nvptx64: entries with the one parameter of mdc/cuda.h, and
  // what the main loops that they call call in turn.
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::SmallVector<GpuLaunch> launches;
  llvm::SmallVector<int64_t> scratchBytes; // of each buffer behind the results
  std::string mainLoop;                    // "f32_64x64", for reports; empty: none
};

// Lowers one kernel function of graph ops, whose operands lie as its layouts say; entries are named
// SYMBOL_0, SYMBOL_1, ... None after an error was reported through MLIR's diagnostics.
std::optional<GpuRegion> lowerGpuRegion(mlir::func::FuncOp kernel, llvm::StringRef symbol);

} // namespace mdc::lower
