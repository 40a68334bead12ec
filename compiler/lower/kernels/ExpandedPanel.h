// Panels that are stored without their zeros (compiler/lower/SparseBits.h), as the dense kernels
// read them: each thread expands the panel that it is about to use onto its stack.
#pragma once

#include "compiler/lower/Packing.h"
#include "compiler/lower/RegionEmitter.h"

namespace mdc::lower {

// Memory for `elements` in the running body, aligned for vectors; of f32 where `element` is null.
mlir::Value stackPanel(RegionEmitter &emitter, int64_t elements, mlir::Type element = {});

// Panel `number` of a weight packed with `Packing::bits`, as new stack memory.
mlir::Value expandPanel(RegionEmitter &emitter, mlir::Value weight, const Packing &packing,
                        mlir::Value number);

} // namespace mdc::lower
