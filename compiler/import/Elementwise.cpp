// Functions of one, two or any number of elements at the same place.
#include "compiler/import/ElementTypes.h"
#include "compiler/import/MlirTypes.h"
#include "compiler/import/OpTable.h"

using namespace mlir;

namespace mdc::importer {
namespace {

template <UnaryKind kind> Values unaryOp(NodeContext &n) { return {n.unary(kind, n.input(0))}; }

// Before opset 7 the right operand's axes start at the attribute `axis` of the left one's.
Value rightOperand(NodeContext &n) {
  Value left = n.input(0), right = n.input(1);
  if (n.opset >= 7 || !n.hasAttribute("axis") || !left || !right)
    return right;
  auto axis = n.axis("axis", 0, rankOf(left));
  return axis ? n.channelwise(right, std::max<int64_t>(rankOf(left) - *axis - rankOf(right), 0))
              : Value();
}

template <BinaryKind kind> Values binaryOp(NodeContext &n) {
  return {n.binary(kind, n.input(0), rightOperand(n))};
}

template <CompareKind kind> Values compareOp(NodeContext &n) {
  return {n.compare(kind, n.input(0), rightOperand(n))};
}

// Sum, Max, Min: any number of operands.
template <BinaryKind kind> Value fold(NodeContext &n) {
  Value result = n.input(0);
  for (size_t i = 1; i < n.inputCount(); ++i)
    result = n.binary(kind, result, n.input(i));
  return result;
}
template <BinaryKind kind> Values variadicOp(NodeContext &n) { return {fold<kind>(n)}; }

Values mean(NodeContext &n) { return {n.div(fold<BinaryKind::Add>(n), double(n.inputCount()))}; }

// The result has the base's type; the exponent may have another.
Values power(NodeContext &n) {
  Value base = n.input(0), exponent = rightOperand(n);
  if (!base || !exponent)
    return {};
  Type element = elementOf(base);
  if (isFloat(base))
    return {n.binary(BinaryKind::Pow, base, n.cast(exponent, element))};
  Type wide = n.builder.getF64Type(); // exact up to 2^53
  Value result = n.binary(BinaryKind::Pow, n.cast(base, wide), n.cast(exponent, wide));
  return {n.cast(result, element)};
}

Values modulo(NodeContext &n) {
  bool likeC = n.integer("fmod", 0) != 0;
  return {n.binary(likeC ? BinaryKind::Fmod : BinaryKind::Mod, n.input(0), n.input(1))};
}

Values bitShift(NodeContext &n) {
  StringRef direction = n.text("direction", "");
  if (direction != "LEFT" && direction != "RIGHT")
    return n.fail("direction is '" + direction + "', expected 'LEFT' or 'RIGHT'");
  auto kind = direction == "LEFT" ? BinaryKind::ShiftLeft : BinaryKind::ShiftRight;
  return {n.binary(kind, n.input(0), n.input(1))};
}

Values logicalNot(NodeContext &n) { return {n.unary(UnaryKind::Not, n.input(0))}; }

Values isInfinite(NodeContext &n) {
  bool negative = n.integer("detect_negative", 1), positive = n.integer("detect_positive", 1);
  Value x = n.input(0);
  if (!x)
    return {};
  if (negative && positive)
    return {n.unary(UnaryKind::IsInf, x)};
  if (!negative && !positive)
    return {n.filled(0, extentsOf(x), n.i1())};
  double infinity = std::numeric_limits<double>::infinity();
  return {n.compare(CompareKind::Equal, x, negative ? -infinity : infinity)};
}

Values where(NodeContext &n) { return {n.select(n.input(0), n.input(1), n.input(2))}; }

Values cast(NodeContext &n) {
  auto type = static_cast<ElementType>(n.integer("to", 0));
  Type element = mlirType(type, n.builder.getContext());
  if (!element)
    return n.fail("casts to " + elementName(type) + " are not supported");
  return {n.cast(n.input(0), element)};
}

Values castLike(NodeContext &n) {
  Value like = n.input(1);
  return {like ? n.cast(n.input(0), elementOf(like)) : Value()};
}

Values clip(NodeContext &n) {
  Value x = n.input(0), low = n.optionalInput(1), high = n.optionalInput(2);
  if (!x)
    return {};
  if (n.hasAttribute("min"))
    low = n.scalarLike(n.number("min", 0), x);
  if (n.hasAttribute("max"))
    high = n.scalarLike(n.number("max", 0), x);
  if (low)
    x = n.max(x, low);
  return {high ? n.min(x, high) : x};
}

} // namespace

llvm::ArrayRef<OpRow> elementwiseOps() {
  static constexpr OpRow rows[] = {
      {"Abs", 1, kLastOpset, unaryOp<UnaryKind::Abs>},
      {"Neg", 1, kLastOpset, unaryOp<UnaryKind::Neg>},
      {"Exp", 1, kLastOpset, unaryOp<UnaryKind::Exp>},
      {"Log", 1, kLastOpset, unaryOp<UnaryKind::Log>},
      {"Sqrt", 1, kLastOpset, unaryOp<UnaryKind::Sqrt>},
      {"Floor", 1, kLastOpset, unaryOp<UnaryKind::Floor>},
      {"Ceil", 1, kLastOpset, unaryOp<UnaryKind::Ceil>},
      {"Round", 11, kLastOpset, unaryOp<UnaryKind::Round>},
      {"Sin", 7, kLastOpset, unaryOp<UnaryKind::Sin>},
      {"Cos", 7, kLastOpset, unaryOp<UnaryKind::Cos>},
      {"Tan", 7, kLastOpset, unaryOp<UnaryKind::Tan>},
      {"Asin", 7, kLastOpset, unaryOp<UnaryKind::Asin>},
      {"Acos", 7, kLastOpset, unaryOp<UnaryKind::Acos>},
      {"Atan", 7, kLastOpset, unaryOp<UnaryKind::Atan>},
      {"Sinh", 9, kLastOpset, unaryOp<UnaryKind::Sinh>},
      {"Cosh", 9, kLastOpset, unaryOp<UnaryKind::Cosh>},
      {"Tanh", 1, kLastOpset, unaryOp<UnaryKind::Tanh>},
      {"Asinh", 9, kLastOpset, unaryOp<UnaryKind::Asinh>},
      {"Acosh", 9, kLastOpset, unaryOp<UnaryKind::Acosh>},
      {"Atanh", 9, kLastOpset, unaryOp<UnaryKind::Atanh>},
      {"Erf", 9, kLastOpset, unaryOp<UnaryKind::Erf>},
      {"Sign", 9, kLastOpset, unaryOp<UnaryKind::Sign>},
      {"Reciprocal", 1, kLastOpset, unaryOp<UnaryKind::Reciprocal>},
      {"IsNaN", 9, kLastOpset, unaryOp<UnaryKind::IsNan>},
      {"IsInf", 10, kLastOpset, isInfinite},
      {"Not", 1, kLastOpset, logicalNot},
      {"BitwiseNot", 18, kLastOpset, unaryOp<UnaryKind::BitNot>},
      {"Add", 1, kLastOpset, binaryOp<BinaryKind::Add>},
      {"Sub", 1, kLastOpset, binaryOp<BinaryKind::Sub>},
      {"Mul", 1, kLastOpset, binaryOp<BinaryKind::Mul>},
      {"Div", 1, kLastOpset, binaryOp<BinaryKind::Div>},
      {"Pow", 1, kLastOpset, power},
      {"Mod", 10, kLastOpset, modulo},
      {"And", 1, kLastOpset, binaryOp<BinaryKind::And>},
      {"Or", 1, kLastOpset, binaryOp<BinaryKind::Or>},
      {"Xor", 1, kLastOpset, binaryOp<BinaryKind::Xor>},
      {"BitwiseAnd", 18, kLastOpset, binaryOp<BinaryKind::And>},
      {"BitwiseOr", 18, kLastOpset, binaryOp<BinaryKind::Or>},
      {"BitwiseXor", 18, kLastOpset, binaryOp<BinaryKind::Xor>},
      {"BitShift", 11, kLastOpset, bitShift},
      {"Equal", 1, kLastOpset, compareOp<CompareKind::Equal>},
      {"Less", 1, kLastOpset, compareOp<CompareKind::Less>},
      {"LessOrEqual", 12, kLastOpset, compareOp<CompareKind::LessOrEqual>},
      {"Greater", 1, kLastOpset, compareOp<CompareKind::Greater>},
      {"GreaterOrEqual", 12, kLastOpset, compareOp<CompareKind::GreaterOrEqual>},
      {"Sum", 1, kLastOpset, variadicOp<BinaryKind::Add>},
      {"Max", 1, kLastOpset, variadicOp<BinaryKind::Max>},
      {"Min", 1, kLastOpset, variadicOp<BinaryKind::Min>},
      {"Mean", 1, kLastOpset, mean},
      {"Where", 9, kLastOpset, where},
      {"Cast", 6, kLastOpset, cast},
      {"CastLike", 15, kLastOpset, castLike},
      {"Clip", 1, kLastOpset, clip},
  };
  return rows;
}

} // namespace mdc::importer
