// Writes the tables of mdc/abi.h: the object that makes kernels a model.
#pragma once

#include "compiler/codegen/Target.h"
#include "compiler/program/Program.h"
#include "compiler/support/Diagnostics.h"

#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace mdc::codegen {

/// A module that defines `mdc_model`, on a GPU `mdc_cuda` too, and all that they point to but the
/// kernels.
std::unique_ptr<llvm::Module> modelTableOf(const program::Program &program, const Target &target,
                                           llvm::LLVMContext &context);

/// The same as an object file for the weakest x86-64 that mdc supports; false after one error.
bool writeModelTable(const program::Program &program, const Target &target, const std::string &path,
                     Diagnostics &diagnostics);

} // namespace mdc::codegen
