// From a lowered module to an object file, in this process.
#pragma once

#include "compiler/lower/Machine.h"
#include "compiler/support/Diagnostics.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace llvm {
class Module;
} // namespace llvm

namespace mdc::codegen {

/// Translates a module of the llvm dialect, optimizes it for the machine and writes `path` at once.
/// Equal modules give equal bytes. False after one error.
bool writeObject(mlir::ModuleOp module, const lower::Machine &machine, const std::string &path,
                 Diagnostics &diagnostics);

/// Where the linker puts an executable: a CUDA binary is a PIE, for it loads the driver's library.
enum class Position { Fixed, Independent };

/// The same for LLVM IR.
bool writeObject(llvm::Module &module, const lower::Machine &machine, Position position,
                 const std::string &path, Diagnostics &diagnostics);

} // namespace mdc::codegen
