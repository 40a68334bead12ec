// The tensor maps of a launch, as the driver encodes them.
#pragma once

#include "mdc/cuda.h"
#include "runtime/cuda/Driver.h"

#include <span>
#include <vector>

namespace mdc::cuda {

// Puts them behind the words of a kernel's parameter, whose first ones are the operands' addresses;
// `values` are those that numbers refer to. Throws DeviceError.
void appendTensorMaps(const Driver &driver, const MdcCudaLaunch &launch,
                      std::span<const int64_t> values, std::vector<uint64_t> &words);

} // namespace mdc::cuda
