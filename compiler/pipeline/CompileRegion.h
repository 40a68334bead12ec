// One region for one level: from its text to an object.
#pragma once

#include "compiler/codegen/Target.h"
#include "compiler/support/Diagnostics.h"

#include <string>

namespace mdc::pipeline {

/// The file's name without its extension is the region's. False after one error.
bool compileRegionFile(const std::string &path, const lower::Machine &level,
                       const std::string &objectPath, Diagnostics &diagnostics);

/// Begins the error of a region whose ptxas failed by itself, which says nothing of the region.
inline constexpr llvm::StringLiteral assemblerFailed = "GPU code cannot be assembled: ";

struct GpuOutputs {
  std::string object;
  std::string deviceCode; ///< LLVM IR before it is PTX
};

/// The same for GPUs: an image for each architecture where the target has a ptxas, and PTX.
bool compileGpuRegionFile(const std::string &path, const codegen::Target &target,
                          const GpuOutputs &outputs, Diagnostics &diagnostics);

} // namespace mdc::pipeline
