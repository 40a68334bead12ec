// Loops that carry values along reduced axes.
#pragma once

#include "compiler/lower/RegionEmitter.h"

namespace mdc::lower {

// Gets the indices of one step, the carried values and a mask of valid lanes (null: all); returns
// the new values.
using CarryBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(const Indices &,
                                                                    mlir::ValueRange, mlir::Value)>;

// Whether the contiguous axis is among the reduced ones and no argument is channel-blocked: then
// lanes run along it.
bool reducesAlongLanes(RegionEmitter &emitter, llvm::ArrayRef<int64_t> axes,
                       const graph::Extents &extents);

// All reduced axes one element at a time; lanes stay as `indices` has them.
llvm::SmallVector<mlir::Value> reduceAcross(RegionEmitter &emitter, llvm::ArrayRef<int64_t> axes,
                                            const graph::Extents &extents, const Indices &indices,
                                            mlir::ValueRange start, CarryBody body);

// The last reduced axis rowLanes() at a time, on a CPU with a masked ragged end.
llvm::SmallVector<mlir::Value> reduceAlong(RegionEmitter &emitter, llvm::ArrayRef<int64_t> axes,
                                           const graph::Extents &extents, const Indices &indices,
                                           int64_t lanes, mlir::ValueRange start, CarryBody body);

// The number of elements of the reduced axes, as a number of type `element`.
mlir::Value countOf(RegionEmitter &emitter, llvm::ArrayRef<int64_t> axes,
                    const graph::Extents &extents, mlir::Type element, int64_t lanes);

} // namespace mdc::lower
