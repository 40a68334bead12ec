// What a build compiles kernels for.
#pragma once

#include "compiler/codegen/GpuCode.h"
#include "compiler/lower/Machine.h"

#include "llvm/ADT/STLExtras.h"

#include <functional>
#include <iterator>
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
  /// Of a region on a GPU: machine code for each architecture, and PTX of some.
  size_t imageCount() const { return (ptxas.empty() ? 0 : archs.size()) + ptxArchs().size(); }
  /// Those whose PTX ships, preferred first: a driver that is too old for the machine code compiles
  /// it. The oldest is for all that come later too.
  std::vector<GpuArch> ptxArchs() const {
    std::vector<GpuArch> chosen;
    llvm::copy_if(archs, std::back_inserter(chosen), std::mem_fn(&GpuArch::isSpecific));
    chosen.push_back(gpuArchs().front());
    return chosen;
  }
};

} // namespace mdc::codegen
