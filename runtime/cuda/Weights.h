// The way of the weights from the mapped file to the device.
#pragma once

#include "runtime/cuda/Owned.h"

namespace mdc::cuda {

// Copies `bytes` of weights, which start at a page, to `to`, and returns when they are there. Pages
// of the file are read while the part before them is on its way, and given back once copied, so the
// process holds two parts of them at most.
void uploadWeights(const Driver &driver, const std::byte *weights, size_t bytes, Address to);

} // namespace mdc::cuda
