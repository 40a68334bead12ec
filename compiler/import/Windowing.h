// Strides, pads and dilations of an op with sliding windows, all ONNX forms of padding resolved.
#pragma once

#include "compiler/import/NodeContext.h"

namespace mdc::importer {

struct Windowing {
  Integers kernel, strides, dilations;
  Integers pads; ///< all low widths, then all high ones

  size_t rank() const { return kernel.size(); }
  /// How many elements a window spans.
  int64_t span(size_t axis) const { return dilations[axis] * (kernel[axis] - 1) + 1; }
};

/// The node's windowing over data [batch, channel, spatial...]; nothing after a failure. `kernel`
/// is used where the attribute kernel_shape is left out.
std::optional<Windowing> windowingOf(NodeContext &n, Value data,
                                     llvm::ArrayRef<int64_t> kernel = {});

/// The shape that a pool of `data` has; empty after a failure.
Extents pooledExtents(NodeContext &n, Value data, const Windowing &windows, bool ceilMode);

/// ConvTranspose.cpp
Values convTranspose(NodeContext &n);

} // namespace mdc::importer
