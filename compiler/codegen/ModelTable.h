// Writes the tables of mdc/abi.h: the object that makes kernels a model.
#pragma once

#include "compiler/lower/Machine.h"
#include "compiler/program/Program.h"
#include "compiler/support/Diagnostics.h"

#include "llvm/ADT/ArrayRef.h"

#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace mdc::codegen {

/// A module that defines `mdc_model` and all that it points to but the kernels. `levels`: those for
/// which each region has an object.
std::unique_ptr<llvm::Module> modelTableOf(const program::Program &program,
                                           llvm::ArrayRef<lower::Machine> levels,
                                           llvm::LLVMContext &context);

/// The same as an object file for the weakest x86-64 that mdc supports; false after one error.
bool writeModelTable(const program::Program &program, llvm::ArrayRef<lower::Machine> levels,
                     const std::string &path, Diagnostics &diagnostics);

} // namespace mdc::codegen
