#include "compiler/lower/kernels/MatmulShape.h"

#include "compiler/lower/kernels/DepthBlocks.h"

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

// Rows whose partial sums lie on a thread's stack, 64 KiB of them for a panel of 64 columns.
static constexpr int64_t kMostRows = 256;
// Items enough that threads end at nearly the same time.
static constexpr int64_t kEnoughItems = 16;
// Row tiles that make up for fetching a panel.
static constexpr int64_t kFewRowTiles = 4;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

MatmulBlocks matmulBlocks(const MatmulShape &shape, int64_t panels, int64_t panelBytes,
                          int64_t rounds, RegisterTile tile) {
  constexpr int64_t unroll = 4; // of sumOver
  MatmulBlocks blocks;
  int64_t depthBlocks = ceilDiv(panelBytes, kCachedBytes);
  blocks.depthRounds =
      depthBlocks == 1 ? rounds : ceilDiv(ceilDiv(rounds, depthBlocks), unroll) * unroll;
  int64_t most = std::max<int64_t>(1, kMostRows / tile.rows);
  auto rows = graph::constantOf(shape.rows);
  if (!rows) {
    blocks.rowTiles = most;
    return blocks;
  }
  int64_t rowTiles = ceilDiv(*rows, tile.rows), rowBlocks = ceilDiv(rowTiles, most);
  int64_t others = panels * graph::constantOf(shape.batchCount).value_or(1);
  int64_t useful = std::max(rowBlocks, rowTiles / kFewRowTiles);
  rowBlocks = std::clamp(ceilDiv(kEnoughItems, others), rowBlocks, useful);
  blocks.rowTiles = ceilDiv(rowTiles, rowBlocks);
  return blocks;
}

} // namespace mdc::lower
