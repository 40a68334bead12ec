#include "dialects/graph/Shape.h"

#include "dialects/graph/Graph.h"

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/Support/raw_ostream.h"

#include <limits>

using namespace mlir;

namespace mdc::graph {

Extents extentsOf(RankedTensorType type) {
  Extents extents;
  auto map = dyn_cast_or_null<AffineMapAttr>(type.getEncoding());
  for (auto [axis, extent] : llvm::enumerate(type.getShape())) {
    if (!ShapedType::isDynamic(extent))
      extents.push_back(getAffineConstantExpr(extent, type.getContext()));
    else
      extents.push_back(map ? map.getValue().getResult(axis) : AffineExpr());
  }
  return extents;
}

std::optional<int64_t> constantOf(AffineExpr expr) {
  if (auto constant = dyn_cast_or_null<AffineConstantExpr>(expr))
    return constant.getValue();
  return std::nullopt;
}

AffineMap extentMap(ArrayRef<AffineExpr> exprs, MLIRContext *context) {
  unsigned symbols = 0;
  for (AffineExpr expr : exprs)
    if (expr)
      expr.walk([&](AffineExpr part) {
        if (auto symbol = dyn_cast<AffineSymbolExpr>(part))
          symbols = std::max(symbols, symbol.getPosition() + 1);
      });
  SmallVector<AffineExpr> simple;
  for (AffineExpr expr : exprs)
    simple.push_back(simplifyAffineExpr(expr, 0, symbols));
  return AffineMap::get(0, symbols, simple, context);
}

RankedTensorType tensorOf(ArrayRef<AffineExpr> extents, Type element) {
  SmallVector<int64_t> shape;
  bool open = false;
  for (AffineExpr extent : extents)
    if (!extent)
      return RankedTensorType::get(SmallVector<int64_t>(extents.size(), ShapedType::kDynamic),
                                   element);
  AffineMap map = extentMap(extents, element.getContext());
  for (AffineExpr extent : map.getResults()) {
    std::optional<int64_t> fixed = constantOf(extent);
    open |= !fixed;
    shape.push_back(fixed.value_or(ShapedType::kDynamic));
  }
  return RankedTensorType::get(shape, element, open ? AffineMapAttr::get(map) : Attribute());
}

RankedTensorType withElement(RankedTensorType type, Type element) {
  return RankedTensorType::get(type.getShape(), element, type.getEncoding());
}

AffineExpr elementCount(ArrayRef<AffineExpr> extents, MLIRContext *context) {
  AffineExpr count = getAffineConstantExpr(1, context);
  for (AffineExpr extent : extents)
    count = count * extent;
  return extentMap({count}, context).getResult(0);
}

int64_t evaluate(AffineExpr expr, ArrayRef<int64_t> symbols) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue();
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return symbols[symbol.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  int64_t lhs = evaluate(binary.getLHS(), symbols), rhs = evaluate(binary.getRHS(), symbols);
  auto floorDiv = [](int64_t a, int64_t b) {
    return b == 0 ? 0 : a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
  };
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return lhs + rhs;
  case AffineExprKind::Mul:
    return lhs * rhs;
  case AffineExprKind::FloorDiv:
    return floorDiv(lhs, rhs);
  case AffineExprKind::CeilDiv:
    return -floorDiv(-lhs, rhs);
  default:
    return lhs - floorDiv(lhs, rhs) * rhs;
  }
}

int64_t largestOf(Operation *function, AffineExpr expr) {
  auto most = function->getAttrOfType<DenseI64ArrayAttr>(kMaxAttr);
  if (auto fixed = constantOf(expr); fixed || !most)
    return fixed.value_or(std::numeric_limits<int64_t>::max());
  return evaluate(expr, most.asArrayRef());
}

FailureOr<Extents> broadcast(ArrayRef<AffineExpr> lhs, ArrayRef<AffineExpr> rhs) {
  if (lhs.size() < rhs.size())
    std::swap(lhs, rhs);
  Extents result(lhs.begin(), lhs.end());
  size_t lead = lhs.size() - rhs.size();
  for (auto [axis, extent] : llvm::enumerate(rhs)) {
    AffineExpr &mine = result[lead + axis];
    if (constantOf(extent) == 1 || mine == extent)
      continue;
    if (constantOf(mine) != 1)
      return failure();
    mine = extent;
  }
  return result;
}

std::string shapeText(RankedTensorType type) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::interleave(
      extentsOf(type), stream,
      [&](AffineExpr extent) {
        if (extent)
          stream << extent;
        else
          stream << '?';
      },
      "x");
  return text.empty() ? "scalar" : text;
}

} // namespace mdc::graph
