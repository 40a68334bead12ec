// The hidden subcommands of mdc that build.ninja runs: command lines and what they do.
#pragma once

#include "compiler/codegen/Target.h"
#include "compiler/pipeline/BuildFolder.h"
#include "compiler/support/Diagnostics.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>
#include <string>
#include <vector>

namespace mdc::pipeline {

/// This program's own file.
std::string compilerPath();

/// Lowers a region's text and writes one object for each level.
std::vector<std::string> compileRegionCommand(const std::string &region,
                                              llvm::ArrayRef<lower::Machine> levels);

/// Lowers a region's text for GPUs; writes one object with its images, and its device code.
std::vector<std::string> compileGpuRegionCommand(const std::string &region,
                                                 const codegen::Target &target);

/// Makes the serving binary of an executable, weights and a manifest.
std::vector<std::string> finishCommand(const BuildFolder &folder);

/// Runs the front half and writes build.ninja anew.
std::vector<std::string> planCommand(const std::string &specPath, const std::string &target);

/// Does what one of these commands says and returns its exit code; nothing if the first word names
/// none of them. `words`: those behind the program's name.
std::optional<int> runStepCommand(llvm::ArrayRef<std::string> words, Diagnostics &diagnostics);

} // namespace mdc::pipeline
