// Convolution of f32 with single weights where most are zero (SparseSingles). The lanes are
// positions of the output's plane (TurnedPlane). Input and output lie as for the dense kernel.
#pragma once

#include "compiler/lower/RegionEmitter.h"
#include <string>

namespace mdc::lower {

// The weight's packing; empty where the kernel does not apply.
std::string sparsePlanePacking(graph::ConvOp root);

// Emits the region around `root`, whose weight is packed so.
void emitSparsePlane(RegionEmitter &emitter, graph::ConvOp root);

// "80x1 sparse": positions x channels of the register tile.
std::string sparsePlaneTileText(graph::ConvOp root);

} // namespace mdc::lower
