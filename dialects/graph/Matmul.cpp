#include "dialects/graph/Graph.h"
#include "dialects/graph/Shape.h"

using namespace mlir;

namespace mdc::graph {

LogicalResult MatmulOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                         Adaptor adaptor, SmallVectorImpl<Type> &results) {
  auto lhsType = cast<RankedTensorType>(adaptor.getLhs().getType());
  auto rhsType = cast<RankedTensorType>(adaptor.getRhs().getType());
  Extents lhs = extentsOf(lhsType), rhs = extentsOf(rhsType);
  if (lhs.size() < 2 || rhs.size() < 2)
    return emitOptionalError(location, "C1: operands of rank 2 or more, got ", lhsType, " and ",
                             rhsType);
  if (adaptor.getTransposeLhs())
    std::swap(lhs[lhs.size() - 1], lhs[lhs.size() - 2]);
  if (adaptor.getTransposeRhs())
    std::swap(rhs[rhs.size() - 1], rhs[rhs.size() - 2]);
  if (lhs.back() != rhs[rhs.size() - 2])
    return emitOptionalError(location, "C2: inner extents differ: ", shapeText(lhsType), " times ",
                             shapeText(rhsType));
  AffineExpr rows = lhs[lhs.size() - 2], columns = rhs.back();
  FailureOr<Extents> outer =
      broadcast(ArrayRef<AffineExpr>(lhs).drop_back(2), ArrayRef<AffineExpr>(rhs).drop_back(2));
  if (failed(outer))
    return emitOptionalError(location, "C3: outer axes do not broadcast: ", shapeText(lhsType),
                             " times ", shapeText(rhsType));
  outer->push_back(rows);
  outer->push_back(columns);
  Type element = productElement(lhsType.getElementType(), rhsType.getElementType());
  if (!element)
    return emitOptionalError(location, "C4: operands have element types ", lhsType.getElementType(),
                             " and ", rhsType.getElementType());
  results.push_back(tensorOf(*outer, element));
  return success();
}

Type productElement(Type lhs, Type rhs) {
  if (lhs == rhs)
    return lhs;
  if (!rhs.isSignlessInteger(8))
    return {};
  if (lhs.isUnsignedInteger(8))
    return IntegerType::get(lhs.getContext(), 32);
  return lhs.isF32() ? lhs : Type();
}

} // namespace mdc::graph
