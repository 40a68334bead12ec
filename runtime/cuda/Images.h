// The machine code in this binary: which of it a device runs, and how it is read. Needs no driver.
#pragma once

#include "mdc/cuda.h"

#include <string>
#include <vector>

namespace mdc::cuda {

// 80, 86, 90, ...: ten times the major version and the minor one.
using ComputeCapability = unsigned;

bool runsOn(const MdcCudaImage &image, ComputeCapability device);

// "sm_90a", "PTX of sm_80".
std::string imageName(const MdcCudaImage &image);

// Each kind of image once, in the order of the tables: "sm_80, sm_90a, PTX of sm_80".
std::string codeSummary(const MdcCuda &code);

// The image as it was before the compiler deflated it. Throws DeviceError for one that is
// damaged.
std::vector<char> inflateImage(const MdcCudaImage &image);

} // namespace mdc::cuda
