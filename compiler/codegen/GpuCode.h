// From a lowered GPU module to PTX, in this process.
#pragma once

#include "compiler/support/Diagnostics.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/VersionTuple.h"

#include <memory>
#include <optional>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace mdc::codegen {

/// What ptxas and NVIDIA's driver call an architecture, and the version of PTX that it needs.
struct GpuArch {
  llvm::StringLiteral name;      ///< "sm_90a"
  llvm::StringLiteral ptx;       ///< LLVM's feature
  llvm::VersionTuple ptxasSince; ///< the CUDA Toolkit whose ptxas first reads both

  /// Code for it runs on it alone.
  bool isSpecific() const { return name.ends_with("a"); }
};

llvm::ArrayRef<GpuArch> gpuArchs();
/// Nothing for a name that no row has.
std::optional<GpuArch> gpuArchOf(llvm::StringRef name);

/// Names of the files in the folder of main loops: NAME.bc.
llvm::ArrayRef<llvm::StringLiteral> mainLoopFiles();

/// LLVM IR for nvptx64 of a module that lowerGpuRegion made, with the main loop that it calls from
/// the folder `mainLoops`, optimized. The primitives of main loops are still undefined, as the
/// emulator wants them. Null after one error, also where the code calls what GPUs do not have.
std::unique_ptr<llvm::Module> deviceModuleOf(mlir::ModuleOp module, const std::string &mainLoops,
                                             llvm::LLVMContext &context, Diagnostics &diagnostics);

/// Defines the primitives that the module calls, as PTX. False after one error.
bool addPrimitives(llvm::Module &module, const std::string &mainLoops, Diagnostics &diagnostics);

/// The module's text for an architecture, with the kernels whose home it is; equal modules give
/// equal text. None after one error.
std::optional<std::string> ptxOf(const llvm::Module &module, const GpuArch &arch,
                                 Diagnostics &diagnostics);

} // namespace mdc::codegen
