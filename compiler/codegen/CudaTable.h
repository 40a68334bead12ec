// The tables of mdc/cuda.h, and the objects that hold a region's machine code.
#pragma once

#include "compiler/program/Program.h"
#include "compiler/support/Diagnostics.h"

#include <string>
#include <vector>

namespace llvm {
class Module;
} // namespace llvm

namespace mdc::codegen {

/// Defines `mdc_cuda`; the images, as many for each region, are in other objects.
void addCudaTable(const program::Program &program, size_t imageCount, llvm::Module &module);

/// See MdcCudaImage.
struct GpuImage {
  bool machineCode = false; ///< else PTX
  uint32_t arch = 80;
  bool specific = false;
  std::string bytes; ///< PTX without its final zero
};

/// An object that defines the images of a region, in order of preference. False after one error.
bool writeGpuImages(const std::string &region, const std::vector<GpuImage> &images,
                    const std::string &path, Diagnostics &diagnostics);

} // namespace mdc::codegen
