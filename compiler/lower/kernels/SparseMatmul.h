// Products with sparse weights. Entries of 16 columns: a tile of rows times one vector of columns
// stays in registers while the panel's list is added up. Single weights: lanes lie over rows, each
// weight is multiplied with vectors of rows. Both read the rows from a copy with the depth
// outermost.
#pragma once

#include "compiler/lower/RegionEmitter.h"
#include <string>

namespace mdc::lower {

// The sparse packing of the constant right-hand side; empty where dense panels are faster.
std::string sparseMatmulPacking(graph::MatmulOp root, graph::ConstantOp weight);

// Whether the right-hand side lies sparse.
bool isSparse(const Layout &weight);

// Emits the region around `root`, whose right-hand side isSparse().
void emitSparseMatmul(RegionEmitter &emitter, graph::MatmulOp root);

// "16x16 sparse": rows x columns of the register tile.
std::string sparseMatmulTileText(graph::MatmulOp root, const Layout &weight,
                                 const Machine &machine);

} // namespace mdc::lower
