// Direct convolution of f32 with sparse weights: a tile of pixels times one vector of output
// channels stays in registers while the list of these channels is added up. Input and output lie as
// for the dense kernel.
#pragma once

#include "compiler/lower/RegionEmitter.h"
#include <string>

namespace mdc::lower {

// Weights of an entry (1 or 16) with which the convolution is faster than dense; nothing where none
// is.
std::optional<int64_t> sparseConvWidth(graph::ConvOp root, graph::ConstantOp weight);

// The weight's packing for input that lies so; the offsets of its entries depend on the border.
std::string sparseConvPacking(graph::ConvOp root, const Layout &input);

// Emits the region around `root`, whose weight isSparse().
void emitSparseConv(RegionEmitter &emitter, graph::ConvOp root);

// "1x28x16 sparse": height x width x channels of the register tile.
std::string sparseConvTileText(graph::ConvOp root, const Layout &input, const Layout &weight,
                               const Machine &machine);

} // namespace mdc::lower
