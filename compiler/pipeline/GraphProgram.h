// From graph ops to the files that the back half of a build reads: for the model itself and for the
// programs that a build runs on the way.
#pragma once

#include "compiler/codegen/Target.h"
#include "compiler/pipeline/BuildFolder.h"
#include "compiler/program/Program.h"
#include "compiler/support/Diagnostics.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

#include <optional>
#include <string>
#include <vector>

namespace mdc::pipeline {

/// Every dialect that a model passes through, loaded.
void loadDialects(mlir::MLIRContext &context);

/// The function that every module here has: @main.
mlir::func::FuncOp mainOf(mlir::ModuleOp module);

/// The names of the dimensions that the import left open, symbol i the i-th.
std::vector<std::string> symbolNamesOf(mlir::ModuleOp module);

/// Imported ops to the form that compression works on. False after MLIR has reported why.
bool simplify(mlir::ModuleOp module);

/// Simplified, perhaps compressed ops to fused regions with the layouts of the target: on a GPU
/// pictures lie channels last. False after MLIR has reported why.
bool formRegions(mlir::ModuleOp module, const codegen::Target &target);

/// A variant for each function, cut into regions; `modelPath` names the model in errors. None after
/// one error.
std::optional<program::Program> programOf(mlir::ModuleOp module, std::vector<program::Dim> dims,
                                          const std::string &modelPath,
                                          const codegen::Target &target, Diagnostics &diagnostics);

/// Region texts, weights and tables. False after one error.
bool writeProgram(program::Program &program, const codegen::Target &target,
                  const BuildFolder &folder, Diagnostics &diagnostics);

} // namespace mdc::pipeline
