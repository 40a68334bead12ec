// Products of matrices by register tiles over panels of the right-hand side: [N / NR][K][NR],
// packed by the compiler for weights, with or without their zeros, panel by panel at run time
// otherwise. Left-hand sides are f32 over f32, or over constant bytes that are widened; or unsigned
// bytes over constant signed ones, four at a time, in panels [N / NR][K / 4][NR][4].
#pragma once

#include "compiler/lower/RegionEmitter.h"
#include <string>

namespace mdc::lower {

// Emits the region around `root`. Fails, before anything is emitted, where the plain loops must do
// it: another element type, operands that are computed in the region, or results of another shape.
mlir::LogicalResult emitMatmul(RegionEmitter &emitter, graph::MatmulOp root);

// Rows x columns of the register tile for a right-hand side that lies as `rhs` ("8x48").
std::string matmulTileText(graph::MatmulOp root, const Layout &rhs, const Machine &machine);

// The packing that a constant right-hand side of these numbers should have; empty when packing does
// not pay.
std::string matmulPacking(graph::MatmulOp root, graph::ConstantOp weight);

} // namespace mdc::lower
