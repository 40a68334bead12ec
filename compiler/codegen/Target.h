// What a build compiles kernels for.
#pragma once

#include "compiler/codegen/GpuCode.h"
#include "compiler/lower/Machine.h"

#include <string>
#include <vector>

namespace mdc::codegen {

/// One of the two lists is empty.
struct Target {
  std::string name = "cpu";           ///< "cpu", "cuda"; of folders
  std::vector<lower::Machine> levels; ///< of x86-64, weakest first
  std::vector<GpuArch> archs;         ///< of GPUs
  std::string ptxas;                  ///< empty: there is none, so PTX alone ships
  std::string products = "f32";       ///< what a GPU multiplies matrices of f32 in: bf16, f16
  std::string mainLoops;              ///< folder of their bitcode, lib/mdc/cuda

  bool isGpu() const { return !archs.empty(); }
  /// Of a region on a GPU: machine code for each architecture, and PTX.
  size_t imageCount() const { return ptxas.empty() ? 1 : archs.size() + 1; }
};

} // namespace mdc::codegen
