// Functions of floating-point numbers that are composed of others, where MLIR's own expansion is
// inexact or covers only a part of their domain.
#pragma once

#include "compiler/lower/RegionEmitter.h"

namespace mdc::lower {

// base ^ exponent of f32 or f64 scalars (lanes 1) or vectors, as in C: negative bases have whole
// powers, anything ^ 0 is 1.
mlir::Value emitPower(RegionEmitter &emitter, mlir::Value base, mlir::Value exponent,
                      int64_t lanes);

// Inverse hyperbolic sine, odd and without cancellation.
mlir::Value emitAsinh(RegionEmitter &emitter, mlir::Value x, int64_t lanes);

} // namespace mdc::lower
