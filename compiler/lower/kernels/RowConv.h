// Convolution of f32 for the shapes that have no blocks of channels: three spatial axes, groups of
// any size. Vectors of neighbouring output columns of up to six channels, one tap at a time.
#pragma once

#include "compiler/lower/RegionEmitter.h"

namespace mdc::lower {

// Emits the region around `root`. Fails, before anything is emitted, where an operand is not f32 in
// row-major memory, or the result's last axis is not the one that lanes run along.
mlir::LogicalResult emitRowConv(RegionEmitter &emitter, graph::ConvOp root);

} // namespace mdc::lower
