#include "compiler/lower/gpu/GpuMatmul.h"

#include "compiler/lower/Roots.h"

using namespace mlir;

namespace mdc::lower {

static bool setBatches(const MatmulShape &matmul, ProductShape &shape, MLIRContext *context) {
  SmallVector<SmallVector<AffineExpr, 3>> strides;
  AffineExpr matrix = matmul.depth * matmul.columns;
  for (size_t axis = 0; axis < matmul.batch.size(); ++axis)
    strides.push_back({matmul.lhsBatchStrides[axis], matmul.rhsBatchMatrices[axis] * matrix});
  auto loops = joinBatches(matmul.batch, strides, 2, context);
  if (!loops)
    return false;
  auto [left, right] = std::pair(loops->strides[0], loops->strides[1]);
  shape.batches = matmul.batchCount;
  shape.innerBatches = loops->inner;
  shape.leftStrides = {matmul.lhsRowStride, matmul.lhsDepthStride, left[0], left[1]};
  shape.rightStrides = {matmul.rhsColumnStride, matmul.rhsDepthStride, right[0], right[1]};
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
  if (!shape || !endsAt(kernel, root.getResult()))
    return std::nullopt;
  ProductEmitter emitter(module, kernel, *shape);
  if (!emitter.takes())
    return std::nullopt;
  GpuProduct product;
  emitter.addEntries(symbol, 0, product);
  auto store = [&](RegionEmitter &e, Value batch, Value row, Value column, Value sum) {
    storeProduct(e, root, matmul, {batch, row, column}, sum);
  };
  emitter.addStores(store, /*pairs=*/storesPairs(kernel));
  return product;
}

} // namespace mdc::lower
