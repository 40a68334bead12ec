#include "dialects/graph/Graph.h"
#include "dialects/graph/Integers.h"
#include "dialects/graph/Shape.h"

using namespace mlir;

namespace mdc::graph {

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

static LogicalResult hasAxis(std::optional<Location> location, int64_t axis,
                             RankedTensorType type) {
  if (axis >= 0 && axis < type.getRank())
    return success();
  return emitOptionalError(location, "no axis ", axis, " in ", type);
}

LogicalResult ReduceOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                         Adaptor adaptor, SmallVectorImpl<Type> &results) {
  RankedTensorType type = typeOf(adaptor.getInput());
  Extents extents = extentsOf(type);
  for (int64_t axis : adaptor.getAxes()) {
    if (failed(hasAxis(location, axis, type)))
      return failure();
    extents[axis] = getAffineConstantExpr(1, context);
  }
  results.push_back(tensorOf(extents, type.getElementType()));
  return success();
}

LogicalResult ReduceOp::verify() {
  for (size_t i = 1; i < getAxes().size(); ++i)
    if (getAxes()[i - 1] >= getAxes()[i])
      return emitOpError("C1: axes [") << getAxes() << "] are not ascending";
  return success();
}

OpFoldResult ReduceOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput(); // every reduced axis has extent 1
  auto integers = integersOf(adaptor.getInput());
  if (!integers || getType().getRank() != 1 || integers->empty())
    return {};
  AffineExpr result = integers->front();
  for (AffineExpr value : ArrayRef(*integers).drop_front()) {
    auto a = constantOf(result), b = constantOf(value);
    if (getKind() == ReduceKind::Product)
      result = result * value;
    else if (getKind() == ReduceKind::Sum)
      result = result + value;
    else if (a && b && getKind() == ReduceKind::Max)
      result = getAffineConstantExpr(std::max(*a, *b), getContext());
    else if (a && b && getKind() == ReduceKind::Min)
      result = getAffineConstantExpr(std::min(*a, *b), getContext());
    else
      return {};
  }
  return integersAttr({result}, getType());
}

LogicalResult ArgReduceOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                            Adaptor adaptor, SmallVectorImpl<Type> &results) {
  RankedTensorType type = typeOf(adaptor.getInput());
  if (failed(hasAxis(location, adaptor.getAxis(), type)))
    return failure();
  Extents extents = extentsOf(type);
  extents[adaptor.getAxis()] = getAffineConstantExpr(1, context);
  results.push_back(tensorOf(extents, IntegerType::get(context, 64)));
  return success();
}

LogicalResult ArgReduceOp::verify() {
  if (getKind() != ReduceKind::Max && getKind() != ReduceKind::Min)
    return emitOpError("C1: the kind is max or min, got ") << stringifyReduceKind(getKind());
  return success();
}

LogicalResult SoftmaxOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                          Adaptor adaptor, SmallVectorImpl<Type> &results) {
  RankedTensorType type = typeOf(adaptor.getInput());
  results.push_back(type);
  return hasAxis(location, adaptor.getAxis(), type);
}
LogicalResult SoftmaxOp::verify() {
  if (!isa<FloatType>(getType().getElementType()))
    return emitOpError("C1: takes floats, got ") << getType();
  return success();
}

LogicalResult NormOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                       Adaptor adaptor, SmallVectorImpl<Type> &results) {
  RankedTensorType type = typeOf(adaptor.getInput());
  results.push_back(type);
  return hasAxis(location, adaptor.getAxis(), type);
}
LogicalResult NormOp::verify() {
  if (!isa<FloatType>(getType().getElementType()))
    return emitOpError("C1: takes floats, got ") << getType();
  return success();
}

LogicalResult CumSumOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                         Adaptor adaptor, SmallVectorImpl<Type> &results) {
  RankedTensorType type = typeOf(adaptor.getInput());
  results.push_back(type);
  return hasAxis(location, adaptor.getAxis(), type);
}
LogicalResult CumSumOp::verify() { return success(); }

} // namespace mdc::graph
