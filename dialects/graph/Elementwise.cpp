#include "dialects/graph/ConstantFold.h"
#include "dialects/graph/Graph.h"
#include "dialects/graph/Integers.h"
#include "dialects/graph/Shape.h"

using namespace mlir;

namespace mdc::graph {

bool isElementwise(Operation *op) {
  return isa<UnaryOp, BinaryOp, CompareOp, SelectOp, CastOp>(op);
}

// Result type of a broadcast of `operands`; reports at `location` when they do not agree.
static FailureOr<RankedTensorType> broadcastType(std::optional<Location> location,
                                                 ValueRange operands, Type element) {
  Extents shape;
  for (Value operand : operands) {
    auto type = cast<RankedTensorType>(operand.getType());
    FailureOr<Extents> wider = broadcast(shape, extentsOf(type));
    if (failed(wider))
      return emitOptionalError(location, "shapes do not broadcast: ",
                               shapeText(cast<RankedTensorType>(operands[0].getType())), " and ",
                               shapeText(type));
    shape = *wider;
  }
  return tensorOf(shape, element);
}

static Type elementOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

static bool isInteger(Type type) { return isa<IntegerType>(type); }

//===- unary ----------------------------------------------------------------------------------===//

LogicalResult UnaryOp::inferReturnTypes(MLIRContext *context, std::optional<Location>,
                                        Adaptor adaptor, SmallVectorImpl<Type> &results) {
  auto type = cast<RankedTensorType>(adaptor.getInput().getType());
  bool test = adaptor.getKind() == UnaryKind::IsNan || adaptor.getKind() == UnaryKind::IsInf;
  results.push_back(test ? withElement(type, IntegerType::get(context, 1)) : type);
  return success();
}

LogicalResult UnaryOp::verify() {
  Type element = elementOf(getInput());
  switch (getKind()) {
  case UnaryKind::Not:
    return element.isInteger(1) ? success() : emitOpError("C2: not takes i1, got ") << element;
  case UnaryKind::Abs:
  case UnaryKind::Neg:
  case UnaryKind::Relu:
  case UnaryKind::Sign:
  case UnaryKind::BitNot:
    return success();
  default:
    return isa<FloatType>(element) ? success()
                                   : emitOpError("C2: ") << stringifyUnaryKind(getKind())
                                                         << " takes floats, got " << element;
  }
}

OpFoldResult UnaryOp::fold(FoldAdaptor adaptor) {
  if (auto integers = integersOf(adaptor.getInput()); integers && getKind() == UnaryKind::Neg) {
    for (AffineExpr &value : *integers)
      value = -value;
    return integersAttr(*integers, getType());
  }
  if (auto integers = integersOf(adaptor.getInput()); integers && getKind() == UnaryKind::Not) {
    for (AffineExpr &value : *integers)
      value = 1 - value;
    return integersAttr(*integers, getType());
  }
  if (auto integers = integersOf(adaptor.getInput()); integers && getKind() == UnaryKind::Abs) {
    for (AffineExpr &value : *integers) {
      if (!constantOf(value))
        return {};
      value = getAffineConstantExpr(std::abs(*constantOf(value)), getContext());
    }
    return integersAttr(*integers, getType());
  }
  return foldUnary(getKind(), adaptor.getInput(), getType());
}

//===- binary ---------------------------------------------------------------------------------===//

LogicalResult BinaryOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                         Adaptor adaptor, SmallVectorImpl<Type> &results) {
  auto type = broadcastType(location, adaptor.getOperands(), elementOf(adaptor.getLhs()));
  if (failed(type))
    return failure();
  results.push_back(*type);
  return success();
}

LogicalResult BinaryOp::verify() {
  Type element = elementOf(getLhs());
  if (element != elementOf(getRhs()))
    return emitOpError("C1: operands have element types ")
           << element << " and " << elementOf(getRhs());
  bool bitwise = getKind() >= BinaryKind::And;
  if (bitwise && !isInteger(element))
    return emitOpError("C3: ") << stringifyBinaryKind(getKind()) << " takes integers, got "
                               << element;
  return success();
}

static AffineExpr combine(BinaryKind kind, AffineExpr a, AffineExpr b) {
  auto x = constantOf(a), y = constantOf(b);
  auto make = [&](int64_t value) { return getAffineConstantExpr(value, a.getContext()); };
  switch (kind) {
  case BinaryKind::Add:
    return a + b;
  case BinaryKind::Sub:
    return a - b;
  case BinaryKind::Mul:
    return a * b;
  case BinaryKind::Div:
    if (y && *y > 0 && (!x || *x >= 0)) // extents are not negative, so truncation is floor
      return a.floorDiv(b);
    return x && y && *y != 0 ? make(*x / *y) : AffineExpr();
  case BinaryKind::Mod:
    return y && *y > 0 ? a % b : AffineExpr();
  case BinaryKind::Min:
    return x && y ? make(std::min(*x, *y)) : a == b ? a : AffineExpr();
  case BinaryKind::Max:
    return x && y ? make(std::max(*x, *y)) : a == b ? a : AffineExpr();
  case BinaryKind::And:
    return x && y ? make(*x & *y) : AffineExpr();
  case BinaryKind::Or:
    return x && y ? make(*x | *y) : AffineExpr();
  default:
    return {};
  }
}

// Elements of a rank 0 or 1 broadcast pair, by index.
template <typename T> static T &at(SmallVectorImpl<T> &values, size_t index) {
  return values[values.size() == 1 ? 0 : index];
}

OpFoldResult BinaryOp::fold(FoldAdaptor adaptor) {
  auto lhs = integersOf(adaptor.getLhs()), rhs = integersOf(adaptor.getRhs());
  if (lhs && rhs && getType().hasStaticShape() && getType().getRank() <= 1) {
    SmallVector<AffineExpr> values;
    for (int64_t i = 0, n = getType().getNumElements(); i < n; ++i) {
      values.push_back(combine(getKind(), at(*lhs, i), at(*rhs, i)));
      if (!values.back())
        return {};
    }
    return integersAttr(values, getType());
  }
  if (Value same = foldIdentity(*this, adaptor.getLhs(), adaptor.getRhs()))
    return same;
  return foldBinary(getKind(), adaptor.getLhs(), adaptor.getRhs(), getType());
}

//===- compare --------------------------------------------------------------------------------===//

LogicalResult CompareOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                          Adaptor adaptor, SmallVectorImpl<Type> &results) {
  auto type = broadcastType(location, adaptor.getOperands(), IntegerType::get(context, 1));
  if (failed(type))
    return failure();
  results.push_back(*type);
  return success();
}

LogicalResult CompareOp::verify() {
  if (elementOf(getLhs()) != elementOf(getRhs()))
    return emitOpError("C1: operands have element types ")
           << elementOf(getLhs()) << " and " << elementOf(getRhs());
  return success();
}

OpFoldResult CompareOp::fold(FoldAdaptor adaptor) {
  auto lhs = integersOf(adaptor.getLhs()), rhs = integersOf(adaptor.getRhs());
  if (!lhs || !rhs || !getType().hasStaticShape() || getType().getRank() > 1)
    return {};
  SmallVector<AffineExpr> values;
  for (int64_t i = 0, n = getType().getNumElements(); i < n; ++i) {
    AffineExpr a = at(*lhs, i), b = at(*rhs, i);
    // An extent is at least 0, so it never equals a negative constant; equal expressions are equal.
    auto x = constantOf(a), y = constantOf(b);
    bool same = a == b, negative = (x && *x < 0) || (y && *y < 0);
    bool result;
    if (x && y)
      result = getKind() == CompareKind::Equal         ? *x == *y
               : getKind() == CompareKind::Less        ? *x < *y
               : getKind() == CompareKind::LessOrEqual ? *x <= *y
               : getKind() == CompareKind::Greater     ? *x > *y
                                                       : *x >= *y;
    else if (getKind() == CompareKind::Equal && (same || negative))
      result = same;
    else
      return {};
    values.push_back(getAffineConstantExpr(result, getContext()));
  }
  return integersAttr(values, getType());
}

//===- select ---------------------------------------------------------------------------------===//

LogicalResult SelectOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                         Adaptor adaptor, SmallVectorImpl<Type> &results) {
  auto type = broadcastType(location, adaptor.getOperands(), elementOf(adaptor.getOnTrue()));
  if (failed(type))
    return failure();
  results.push_back(*type);
  return success();
}

LogicalResult SelectOp::verify() {
  if (!elementOf(getCondition()).isInteger(1))
    return emitOpError("C1: the condition is i1, got ") << elementOf(getCondition());
  if (elementOf(getOnTrue()) != elementOf(getOnFalse()))
    return emitOpError("C2: values have element types ")
           << elementOf(getOnTrue()) << " and " << elementOf(getOnFalse());
  return success();
}

OpFoldResult SelectOp::fold(FoldAdaptor adaptor) {
  auto condition = integersOf(adaptor.getCondition());
  if (!condition || condition->empty())
    return {};
  auto onTrue = integersOf(adaptor.getOnTrue()), onFalse = integersOf(adaptor.getOnFalse());
  if (onTrue && onFalse && getType().hasStaticShape() && getType().getRank() <= 1) {
    SmallVector<AffineExpr> values;
    for (int64_t i = 0, n = getType().getNumElements(); i < n; ++i)
      values.push_back(constantOf(at(*condition, i)) == 1 ? at(*onTrue, i) : at(*onFalse, i));
    return integersAttr(values, getType());
  }
  if (!llvm::all_equal(*condition))
    return {};
  Value chosen = constantOf(condition->front()) == 1 ? getOnTrue() : getOnFalse();
  return chosen.getType() == getType() ? OpFoldResult(chosen) : OpFoldResult();
}

//===- cast -----------------------------------------------------------------------------------===//

LogicalResult CastOp::verify() {
  if (withElement(getInput().getType(), elementOf(getResult())) != getType())
    return emitOpError("C1: the shape changes from ")
           << getInput().getType() << " to " << getResult().getType();
  return success();
}

OpFoldResult CastOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  Type to = elementOf(getResult());
  if (auto integers = integersOf(adaptor.getInput()); integers && isInteger(to)) {
    if (!to.isInteger(1))
      return integersAttr(*integers, getType());
    for (AffineExpr &value : *integers) {
      if (!constantOf(value))
        return {};
      value = getAffineConstantExpr(*constantOf(value) != 0, getContext());
    }
    return integersAttr(*integers, getType());
  }
  return foldCast(adaptor.getInput(), getType());
}

} // namespace mdc::graph
