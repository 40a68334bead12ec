// Copies of the part of a matrix that one register tile after another reads: [K][panel columns].
#pragma once

#include "compiler/lower/RegionEmitter.h"

namespace mdc::lower {

// A right-hand side in flat memory, f32: [depth][columns] from element `first` on, or
// [columns][depth] for the transposed copy.
struct PanelSource {
  mlir::Value flat;
  mlir::Value first;
  mlir::Value depth;
  mlir::Value columns;
};

// Lanes past the last column hold any value that is in memory; they are computed with and not
// stored.
void copyPanel(RegionEmitter &emitter, const PanelSource &source, mlir::Value firstColumn,
               int64_t panelColumns, mlir::Value panel);
void copyPanelTransposed(RegionEmitter &emitter, const PanelSource &source, mlir::Value firstColumn,
                         int64_t panelColumns, mlir::Value panel);

// `lines` lines of a panel that the compiler packed as bytes, from element `first` on, as f32.
void widenPanel(RegionEmitter &emitter, mlir::Value bytes, mlir::Value first, mlir::Value lines,
                int64_t panelColumns, mlir::Value panel);

} // namespace mdc::lower
