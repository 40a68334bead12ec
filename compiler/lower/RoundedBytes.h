// The last step of a quantized op: numbers rounded, moved by the zero point, clamped, stored as
// bytes.
#pragma once

#include "compiler/lower/RegionEmitter.h"

namespace mdc::lower {

// cast(clamp(round(x) + zero point)) to 8 bits with constant bounds, in half the instructions of
// its parts and with their result; a NaN becomes the lower bound. Null where `cast` is another.
mlir::Value emitRoundedBytes(RegionEmitter &emitter, graph::CastOp cast, const Indices &indices,
                             int64_t lanes);

} // namespace mdc::lower
