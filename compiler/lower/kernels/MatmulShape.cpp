#include "compiler/lower/kernels/MatmulShape.h"

using namespace mlir;

namespace mdc::lower {

// Matrices between neighbours along each of the result's outer axes; 0 where the operand repeats.
static SmallVector<AffineExpr> matrixStrides(ArrayRef<AffineExpr> operand, size_t axes,
                                             MLIRContext *context) {
  SmallVector<AffineExpr> strides(axes, getAffineConstantExpr(0, context));
  AffineExpr stride = getAffineConstantExpr(1, context);
  size_t own = operand.size() - 2;
  for (size_t back = 1; back <= own; ++back) {
    AffineExpr extent = operand[own - back];
    if (graph::constantOf(extent) == 1)
      continue;
    strides[axes - back] = stride;
    stride = stride * extent;
  }
  return strides;
}

static bool allOne(ArrayRef<AffineExpr> extents) {
  return llvm::all_of(extents, [](AffineExpr extent) { return graph::constantOf(extent) == 1; });
}

MatmulShape matmulShape(graph::MatmulOp op) {
  MLIRContext *context = op.getContext();
  graph::Extents lhs = graph::extentsOf(op.getLhs().getType()),
                 rhs = graph::extentsOf(op.getRhs().getType());
  graph::Extents result = graph::extentsOf(op.getType());
  size_t outer = result.size() - 2;
  AffineExpr one = getAffineConstantExpr(1, context);
  MatmulShape shape;
  shape.depth = lhs[lhs.size() - (op.getTransposeLhs() ? 2 : 1)];
  shape.columns = result.back();
  shape.lhsRowStride = op.getTransposeLhs() ? one : shape.depth;
  shape.lhsDepthStride = op.getTransposeLhs() ? result[outer] : one;
  shape.rhsColumnStride = op.getTransposeRhs() ? shape.depth : one;
  shape.rhsDepthStride = op.getTransposeRhs() ? one : shape.columns;
  bool oneMatrix =
      allOne(ArrayRef(rhs).drop_back(2)) && !op.getTransposeLhs() && lhs.size() == result.size();
  for (size_t axis = 0; oneMatrix && axis < outer; ++axis)
    oneMatrix = lhs[axis] == result[axis];
  ArrayRef<AffineExpr> outerAxes = ArrayRef(result).drop_back(2);
  if (oneMatrix) {
    shape.rowAxes.assign(result.begin(), result.end() - 1);
  } else {
    shape.batch.assign(outerAxes.begin(), outerAxes.end());
    shape.rowAxes = {result[outer]};
    AffineExpr matrix = result[outer] * shape.depth;
    for (AffineExpr stride : matrixStrides(lhs, outer, context))
      shape.lhsBatchStrides.push_back(stride * matrix);
    shape.rhsBatchMatrices = matrixStrides(rhs, outer, context);
  }
  shape.rows = graph::elementCount(shape.rowAxes, context);
  shape.batchCount = graph::elementCount(shape.batch, context);
  return shape;
}

// Bytes of a right-hand side that stay in the second-level cache beside the rows.
static constexpr int64_t kCachedBytes = 512 << 10;

MatmulBlocks matmulBlocks(const MatmulShape &shape, int64_t panels, int64_t panelBytes,
                          int64_t rowBytes, RegisterTile tile) {
  MatmulBlocks blocks;
  auto rows = graph::constantOf(shape.rows);
  auto batch = graph::constantOf(shape.batchCount);
  auto setGroups = [&](int64_t groups) {
    blocks.panelsPerGroup = (panels + groups - 1) / groups;
    blocks.panelGroups = (panels + blocks.panelsPerGroup - 1) / blocks.panelsPerGroup;
  };
  int64_t rowTiles = rows ? (*rows + tile.rows - 1) / tile.rows : 0;
  if (!rows || rowTiles <= 2) {
    // Few rows, perhaps: the panels have to feed the threads.
    setGroups(rows ? panels : std::min<int64_t>(panels, 8));
    return blocks;
  }
  // A wide panel is reused from the cache over a run of rows that also stays there; with narrower
  // ones re-reading the whole right-hand side for each row tile is faster.
  if (tile.vectors >= 4 && panels * panelBytes > kCachedBytes) {
    int64_t most = std::max<int64_t>(1, kCachedBytes / (rowBytes * tile.rows));
    int64_t count = (rowTiles + most - 1) / most;
    count += count % 2; // for two threads
    blocks.rowTiles = (rowTiles + count - 1) / count;
    blocks.panelsOutside = true;
  }
  int64_t items = (rowTiles + blocks.rowTiles - 1) / blocks.rowTiles * batch.value_or(2);
  setGroups(items % 2 == 0 || items >= 32 ? 1 : std::min<int64_t>(panels, 2));
  return blocks;
}

} // namespace mdc::lower
