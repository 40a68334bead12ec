// When sparse weights pay, and the tiles of their kernels: one place, so that a measurement changes
// one line.
#pragma once

#include "compiler/lower/Machine.h"
#include "compiler/lower/SparseBits.h"
#include "dialects/graph/Graph.h"
#include <optional>

namespace mdc::lower {

// Rows of the left operand that a product with groups of 16 columns computes together.
struct SparseRows {
  int64_t rows = 1;
  // Rows that lie side by side for one depth position.
  int64_t lineRows() const { return (rows + kLanes - 1) / kLanes * kLanes; }
};
SparseRows sparseRows(const Machine &machine, int64_t depth, std::optional<int64_t> rows);

// What a kernel of single weights does beside its products (kernels/SparseSingles.h).
struct SinglesWork {
  int64_t rows = 1;         // of the left operand, or pixels
  int64_t positions = 1;    // of a tile
  int64_t tiles = 1;        // for all rows
  int64_t runs = 1;         // of the depth
  int64_t turnedFloats = 1; // of the input, for a tile
};

// Weights of an entry (1 or 16) with which this constant is faster sparse; nothing where dense is.
// `transposed`: [columns, depth...]; `work`: null where there is no kernel of single weights.
std::optional<int64_t> sparseWidth(graph::ConstantOp weight, bool transposed,
                                   std::optional<SinglesWork> work);

// Whether a dense kernel, where no sparse one is faster, takes this constant without its zeros: it
// is smaller, and the rows (pixels) that share an expanded panel repay the expansion. What caches
// hold between requests is read for nothing, and has to be repaid by a usual request.
bool leavesOutZeros(graph::ConstantOp weight, const SparseBits &panels, int64_t leastRows,
                    int64_t mostRows);

// For a product that was pruned and keeps its dense kernel: adds the reason to the note of its
// `graph.compression`, which reports show.
void noteDenseKernel(mlir::Operation *product, graph::ConstantOp weight, llvm::StringRef packing);

} // namespace mdc::lower
