// The extents, strides and blocks of a matmul, apart from the code that is emitted for it.
#pragma once

#include "compiler/lower/TileTable.h"
#include "dialects/graph/Graph.h"
#include "dialects/graph/Shape.h"
#include <optional>

namespace mdc::lower {

struct MatmulShape {
  mlir::AffineExpr rows, depth, columns;
  // The result's outer axes: those that count batch entries, and those that together with the rows
  // form one long matrix (all of them where the right-hand side is a single matrix).
  graph::Extents batch, rowAxes;
  mlir::AffineExpr batchCount;
  // Distances in elements of the left-hand side; matrices of the right-hand side.
  llvm::SmallVector<mlir::AffineExpr> lhsBatchStrides, rhsBatchMatrices;
  mlir::AffineExpr lhsRowStride, lhsDepthStride, rhsColumnStride, rhsDepthStride;
};

MatmulShape matmulShape(graph::MatmulOp op);

// How the tiles of one batch entry are dealt out. An item is one panel and a run of row tiles, so
// that the panel is read from memory once for all of them; a panel that the second-level cache does
// not hold is taken in blocks of its depth, with partial sums on the stack between two blocks.
struct MatmulBlocks {
  int64_t rowTiles = 1;    // of an item
  int64_t depthRounds = 0; // of a block; all of them where the depth is one block
};
// `panelBytes`: of all rounds.
MatmulBlocks matmulBlocks(const MatmulShape &shape, int64_t panels, int64_t panelBytes,
                          int64_t rounds, RegisterTile tile);

} // namespace mdc::lower
