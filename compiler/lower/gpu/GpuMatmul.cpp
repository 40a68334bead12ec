#include "compiler/lower/gpu/GpuMatmul.h"

#include "compiler/lower/kernels/MatmulShape.h"

using namespace mlir;

namespace mdc::lower {

// Batch entries as two loops, one inside the other, with a stride for each operand: axes that lie
// in both operands as one longer axis would are one. False where more than two are left.
static bool setBatches(const MatmulShape &matmul, ProductShape &shape, MLIRContext *context) {
  AffineExpr matrix = matmul.depth * matmul.columns;
  SmallVector<std::array<AffineExpr, 3>> axes; // extent, strides of the two operands
  for (size_t axis = 0; axis < matmul.batch.size(); ++axis) {
    if (graph::constantOf(matmul.batch[axis]) == 1)
      continue;
    std::array<AffineExpr, 3> next = {matmul.batch[axis], matmul.lhsBatchStrides[axis],
                                      matmul.rhsBatchMatrices[axis] * matrix};
    bool joins =
        !axes.empty() && axes.back()[1] == next[1] * next[0] && axes.back()[2] == next[2] * next[0];
    if (joins)
      axes.back() = {axes.back()[0] * next[0], next[1], next[2]};
    else
      axes.push_back(next);
  }
  if (axes.size() > 2)
    return false;
  AffineExpr none = getAffineConstantExpr(0, context);
  std::array<AffineExpr, 3> inner = {getAffineConstantExpr(1, context), none, none}, outer = inner;
  if (!axes.empty())
    inner = axes.back();
  if (axes.size() == 2)
    outer = axes.front();
  shape.batches = matmul.batchCount;
  shape.innerBatches = inner[0];
  shape.leftStrides = {matmul.lhsRowStride, matmul.lhsDepthStride, outer[1], inner[1]};
  shape.rightStrides = {matmul.rhsColumnStride, matmul.rhsDepthStride, outer[2], inner[2]};
  return true;
}

static std::optional<ProductShape> productShape(graph::MatmulOp root, const MatmulShape &matmul) {
  auto lhs = dyn_cast<BlockArgument>(root.getLhs()), rhs = dyn_cast<BlockArgument>(root.getRhs());
  if (!lhs || !rhs)
    return std::nullopt;
  ProductShape shape;
  shape.element = loopElement(root, root.getLhs().getType().getElementType(),
                              root.getRhs().getType().getElementType());
  shape.left = lhs.getArgNumber();
  shape.right = rhs.getArgNumber();
  shape.rows = matmul.rows;
  shape.columns = matmul.columns;
  shape.depth = matmul.depth;
  if (shape.element.empty() || !setBatches(matmul, shape, root.getContext()))
    return std::nullopt;
  return shape;
}

std::optional<GpuProduct> emitGpuMatmul(ModuleOp module, func::FuncOp kernel, graph::MatmulOp root,
                                        StringRef symbol) {
  MatmulShape matmul = matmulShape(root);
  std::optional<ProductShape> shape = productShape(root, matmul);
  if (!shape || !resultsFollow(kernel, root.getResult()))
    return std::nullopt;
  ProductEmitter emitter(module, kernel, *shape);
  if (!emitter.takes())
    return std::nullopt;
  GpuProduct product;
  emitter.addEntries(symbol, 0, product);
  auto coordinates = [](RegionEmitter &e, Value number, const graph::Extents &axes, Indices &to) {
    SmallVector<Value> extents;
    for (AffineExpr extent : axes)
      extents.push_back(e.extent(extent));
    for (Value coordinate : e.unflatten(number, extents))
      to.push_back({coordinate, 0});
  };
  emitter.addStores([&](RegionEmitter &e, Value batch, Value row, Value column, Value sum) {
    Indices indices;
    coordinates(e, batch, matmul.batch, indices);
    coordinates(e, row, matmul.rowAxes, indices);
    indices.push_back({column, 0});
    e.define(root.getResult(), sum);
    for (unsigned result = 0; result < kernel.getNumResults(); ++result)
      e.storeResult(result, indices, 1, Value());
  });
  return product;
}

} // namespace mdc::lower
