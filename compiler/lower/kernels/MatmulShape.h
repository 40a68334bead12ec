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

// How the tiles of one batch entry are dealt out. An item is a run of row tiles and a run of
// panels.
struct MatmulBlocks {
  int64_t rowTiles = 1; // of an item
  int64_t panelGroups = 1;
  int64_t panelsPerGroup = 1;
  bool panelsOutside = false; // the loop over panels is the outer one
};
// `rowBytes`: of the left-hand side.
MatmulBlocks matmulBlocks(const MatmulShape &shape, int64_t panels, int64_t panelBytes,
                          int64_t rowBytes, RegisterTile tile);

} // namespace mdc::lower
