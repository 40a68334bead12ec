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
  results.push_back(tensorOf(*outer, lhsType.getElementType()));
  return success();
}

LogicalResult MatmulOp::verify() {
  if (getLhs().getType().getElementType() != getRhs().getType().getElementType())
    return emitOpError("C1: operands have element types ")
           << getLhs().getType().getElementType() << " and " << getRhs().getType().getElementType();
  return success();
}

} // namespace mdc::graph
