#include "dialects/graph/Integers.h"

#include "dialects/graph/Graph.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;

namespace mdc::graph {

std::optional<SmallVector<AffineExpr>> integersOf(Attribute attribute) {
  if (auto map = dyn_cast_or_null<AffineMapAttr>(attribute))
    return SmallVector<AffineExpr>(map.getValue().getResults());
  auto elements = dyn_cast_or_null<DenseIntElementsAttr>(attribute);
  if (!elements || elements.getNumElements() > kMaxFoldedIntegers)
    return std::nullopt;
  SmallVector<AffineExpr> values;
  bool isUnsigned =
      elements.getElementType().isUnsignedInteger() || elements.getElementType().isInteger(1);
  for (const APInt &value : elements.getValues<APInt>())
    values.push_back(getAffineConstantExpr(
        isUnsigned ? (int64_t)value.getZExtValue() : value.getSExtValue(), attribute.getContext()));
  return values;
}

std::optional<SmallVector<AffineExpr>> integersOf(Value value) {
  if (auto constant = value.getDefiningOp<ConstantOp>())
    return integersOf(Attribute(constant.getValue()));
  if (auto extents = value.getDefiningOp<ExtentsOp>())
    return integersOf(Attribute(extents.getMapAttr()));
  return std::nullopt;
}

std::optional<SmallVector<int64_t>> constantsOf(Value value) {
  auto exprs = integersOf(value);
  if (!exprs)
    return std::nullopt;
  SmallVector<int64_t> values;
  for (AffineExpr expr : *exprs) {
    if (!constantOf(expr))
      return std::nullopt;
    values.push_back(*constantOf(expr));
  }
  return values;
}

Attribute integersAttr(ArrayRef<AffineExpr> values, RankedTensorType type) {
  if (!type.hasStaticShape() || type.getNumElements() != (int64_t)values.size())
    return {};
  auto element = dyn_cast<IntegerType>(type.getElementType());
  if (!element)
    return {};
  AffineMap map = extentMap(values, type.getContext());
  if (llvm::all_of(map.getResults(), [](AffineExpr e) { return constantOf(e).has_value(); })) {
    SmallVector<APInt> constants;
    for (AffineExpr expr : map.getResults())
      constants.push_back(APInt(64, *constantOf(expr), true).sextOrTrunc(element.getWidth()));
    return DenseElementsAttr::get(type, constants);
  }
  if (type.getRank() > 1 || element.getWidth() < 32)
    return {};
  return AffineMapAttr::get(map);
}

} // namespace mdc::graph
