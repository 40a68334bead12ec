#include "dialects/graph/ConstantFold.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/APSInt.h"
#include <cmath>

using namespace mlir;

namespace mdc::graph {

// Elements of a dense f32 or f64 constant as doubles.
static std::optional<SmallVector<double>> floatsOf(Attribute attribute) {
  auto dense = dyn_cast_or_null<DenseFPElementsAttr>(attribute);
  if (!dense || dense.getNumElements() > kMaxFoldedElements ||
      !(dense.getElementType().isF32() || dense.getElementType().isF64()))
    return std::nullopt;
  SmallVector<double> values;
  for (const APFloat &value : dense.getValues<APFloat>())
    values.push_back(value.convertToDouble());
  return values;
}

static Attribute floatsAttr(ArrayRef<double> values, RankedTensorType type) {
  if (type.getElementType().isF64())
    return DenseElementsAttr::get(type, values);
  if (!type.getElementType().isF32())
    return {};
  SmallVector<float> narrow(values.begin(), values.end());
  return DenseElementsAttr::get(type, ArrayRef<float>(narrow));
}

Attribute foldUnary(UnaryKind kind, Attribute input, RankedTensorType type) {
  auto values = floatsOf(input);
  if (!values || !type.hasStaticShape())
    return {};
  for (double &value : *values) {
    switch (kind) {
    case UnaryKind::Abs:
      value = std::fabs(value);
      break;
    case UnaryKind::Neg:
      value = -value;
      break;
    case UnaryKind::Sqrt:
      value = std::sqrt(value);
      break;
    case UnaryKind::Exp:
      value = std::exp(value);
      break;
    case UnaryKind::Log:
      value = std::log(value);
      break;
    case UnaryKind::Reciprocal:
      value = 1 / value;
      break;
    case UnaryKind::Floor:
      value = std::floor(value);
      break;
    case UnaryKind::Ceil:
      value = std::ceil(value);
      break;
    case UnaryKind::Round:
      value = std::nearbyint(value); // halves to the even neighbour
      break;
    default:
      return {};
    }
  }
  return floatsAttr(*values, type);
}

static std::optional<double> combine(BinaryKind kind, double a, double b) {
  switch (kind) {
  case BinaryKind::Add:
    return a + b;
  case BinaryKind::Sub:
    return a - b;
  case BinaryKind::Mul:
    return a * b;
  case BinaryKind::Div:
    return a / b;
  case BinaryKind::Pow:
    return std::pow(a, b);
  case BinaryKind::Min:
    return std::isnan(a) || a < b ? a : b;
  case BinaryKind::Max:
    return std::isnan(a) || a > b ? a : b;
  default:
    return std::nullopt;
  }
}

// For each element of `result`, row-major, the element index in a tensor of shape `operand` that
// broadcasts to it.
static SmallVector<int64_t> broadcastIndices(ArrayRef<int64_t> operand, ArrayRef<int64_t> result) {
  SmallVector<int64_t> strides(result.size(), 0);
  int64_t stride = 1, lead = result.size() - operand.size();
  for (int64_t axis = operand.size() - 1; axis >= 0; --axis) {
    strides[lead + axis] = operand[axis] == 1 ? 0 : stride;
    stride *= operand[axis];
  }
  int64_t count = 1;
  for (int64_t extent : result)
    count *= extent;
  SmallVector<int64_t> indices(count);
  for (int64_t i = 0; i < count; ++i) {
    int64_t rest = i, index = 0;
    for (int64_t axis = result.size() - 1; axis >= 0; --axis) {
      index += rest % result[axis] * strides[axis];
      rest /= result[axis];
    }
    indices[i] = index;
  }
  return indices;
}

Attribute foldBinary(BinaryKind kind, Attribute lhs, Attribute rhs, RankedTensorType type) {
  auto a = floatsOf(lhs), b = floatsOf(rhs);
  if (!a || !b || !type.hasStaticShape() || type.getNumElements() > kMaxFoldedElements)
    return {};
  auto shapeOf = [](Attribute value) {
    return cast<DenseElementsAttr>(value).getType().getShape();
  };
  SmallVector<int64_t> fromA = broadcastIndices(shapeOf(lhs), type.getShape());
  SmallVector<int64_t> fromB = broadcastIndices(shapeOf(rhs), type.getShape());
  SmallVector<double> values;
  for (size_t i = 0; i < fromA.size(); ++i) {
    auto value = combine(kind, (*a)[fromA[i]], (*b)[fromB[i]]);
    if (!value)
      return {};
    values.push_back(*value);
  }
  return floatsAttr(values, type);
}

// Null where a value has no integer of the type: what it becomes is the machine's choice.
static Attribute truncated(ArrayRef<double> values, RankedTensorType type) {
  auto element = dyn_cast<IntegerType>(type.getElementType());
  if (!element || element.isInteger(1))
    return {};
  SmallVector<APInt> integers;
  for (double value : values) {
    APSInt integer(element.getWidth(), element.isUnsigned());
    bool exact;
    if (APFloat(value).convertToInteger(integer, APFloat::rmTowardZero, &exact) ==
        APFloat::opInvalidOp)
      return {};
    integers.push_back(integer);
  }
  return DenseElementsAttr::get(type, integers);
}

Attribute foldCast(Attribute input, RankedTensorType type) {
  auto dense = dyn_cast_or_null<DenseElementsAttr>(input);
  if (!dense || !type.hasStaticShape() || dense.getNumElements() > kMaxFoldedElements)
    return {};
  if (auto values = floatsOf(input))
    return isa<FloatType>(type.getElementType()) ? floatsAttr(*values, type)
                                                 : truncated(*values, type);
  if (!isa<FloatType>(type.getElementType()))
    return {};
  auto integers = dyn_cast<DenseIntElementsAttr>(input);
  if (!integers)
    return {};
  bool isUnsigned =
      integers.getElementType().isUnsignedInteger() || integers.getElementType().isInteger(1);
  SmallVector<double> values;
  for (const APInt &value : integers.getValues<APInt>())
    values.push_back(isUnsigned ? (double)value.getZExtValue() : (double)value.getSExtValue());
  return floatsAttr(values, type);
}

// The one value of a dense splat of floats.
static std::optional<double> splatOf(Attribute attribute) {
  auto dense = dyn_cast_or_null<DenseFPElementsAttr>(attribute);
  if (!dense || !dense.isSplat())
    return std::nullopt;
  return dense.getSplatValue<APFloat>().convertToDouble();
}

Value foldIdentity(BinaryOp op, Attribute lhs, Attribute rhs) {
  BinaryKind kind = op.getKind();
  auto left = splatOf(lhs), right = splatOf(rhs);
  bool zeroRight = right == 0.0 && (kind == BinaryKind::Add || kind == BinaryKind::Sub);
  bool oneRight = right == 1.0 &&
                  (kind == BinaryKind::Mul || kind == BinaryKind::Div || kind == BinaryKind::Pow);
  if ((zeroRight || oneRight) && op.getLhs().getType() == op.getType())
    return op.getLhs();
  bool idleLeft =
      (left == 0.0 && kind == BinaryKind::Add) || (left == 1.0 && kind == BinaryKind::Mul);
  if (idleLeft && op.getRhs().getType() == op.getType())
    return op.getRhs();
  return {};
}

} // namespace mdc::graph
