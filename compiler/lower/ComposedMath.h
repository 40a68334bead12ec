// Functions of floating-point numbers that are composed of others, where MLIR's own expansion is
// inexact or covers only a part of their domain.
#pragma once

#include "compiler/lower/RegionEmitter.h"

namespace mdc::lower {

// base ^ exponent of f32 or f64 scalars (lanes 1) or vectors, as in C: finite negative bases have
// whole powers alone, odd ones keep the sign of zeros and infinities, anything ^ 0 is 1.
mlir::Value emitPower(RegionEmitter &emitter, mlir::Value base, mlir::Value exponent,
                      int64_t lanes);

// To 2 units in the last place of f32, of angles up to 1e9.
mlir::Value emitSin(RegionEmitter &emitter, mlir::Value x, int64_t lanes);
mlir::Value emitCos(RegionEmitter &emitter, mlir::Value x, int64_t lanes);
mlir::Value emitTan(RegionEmitter &emitter, mlir::Value x, int64_t lanes);

// Hyperbolic functions and their inverses without cancellation near 0 (acosh: near 1) and without
// overflow of a square; NaN where they are not defined.
mlir::Value emitSinh(RegionEmitter &emitter, mlir::Value x, int64_t lanes);
mlir::Value emitAsinh(RegionEmitter &emitter, mlir::Value x, int64_t lanes);
mlir::Value emitAcosh(RegionEmitter &emitter, mlir::Value x, int64_t lanes);
mlir::Value emitAtanh(RegionEmitter &emitter, mlir::Value x, int64_t lanes);

} // namespace mdc::lower
