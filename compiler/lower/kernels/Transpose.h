// Squares of kLanes x kLanes elements in registers.
#pragma once

#include "compiler/lower/RegionEmitter.h"

namespace mdc::lower {

// Column i of the square whose rows are given becomes row i. kLanes vectors of kLanes.
llvm::SmallVector<mlir::Value> transposeLanes(RegionEmitter &emitter,
                                              llvm::ArrayRef<mlir::Value> rows);

} // namespace mdc::lower
