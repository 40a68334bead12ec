// Elementwise ops on scalars or vectors of lanes.
#include "compiler/lower/ComposedMath.h"
#include "compiler/lower/RegionEmitter.h"
#include "compiler/lower/RoundedBytes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace mdc::lower {

namespace {

// Builds scalar or vector arithmetic; `lanes` is 1 for scalars.
struct Arithmetic {
  RegionEmitter &emitter;
  int64_t lanes;
  OpBuilder &b = emitter.builder;
  Location loc = emitter.loc();

  template <typename Op, typename... Args> Value make(Args &&...args) {
    return Op::create(b, loc, std::forward<Args>(args)...);
  }
  Value number(Value like, double value) {
    return emitter.constant(getElementTypeOrSelf(like.getType()), value, lanes);
  }
  Type shaped(Type element) {
    return lanes > 1 ? Type(VectorType::get({lanes}, element)) : element;
  }
  Value compare(arith::CmpFPredicate predicate, Value a, Value c) {
    return make<arith::CmpFOp>(predicate, a, c);
  }
  Value compare(arith::CmpIPredicate predicate, Value a, Value c) {
    return make<arith::CmpIOp>(predicate, a, c);
  }
  Value choose(Value condition, Value a, Value c) { return make<arith::SelectOp>(condition, a, c); }

  Value unaryFloat(graph::UnaryKind kind, Value x);
  Value unaryInteger(graph::UnaryKind kind, Value x, bool isUnsigned);
  Value sign(Value x);
  Value binaryFloat(graph::BinaryKind kind, Value a, Value c);
  Value binaryInteger(graph::BinaryKind kind, Value a, Value c, bool isUnsigned);
  Value divide(graph::BinaryKind kind, Value a, Value c, bool isUnsigned);
  Value shift(graph::BinaryKind kind, Value a, Value c);
  Value cast(Value x, Type from, Type to);
  Value toInteger(Value x, IntegerType to);
};

Value Arithmetic::sign(Value x) {
  Value zero = number(x, 0), one = number(x, 1), minus = number(x, -1);
  Value positive = compare(arith::CmpFPredicate::OGT, x, zero);
  Value negative = compare(arith::CmpFPredicate::OLT, x, zero);
  return choose(positive, one, choose(negative, minus, x)); // NaN stays NaN
}

Value Arithmetic::unaryFloat(graph::UnaryKind kind, Value x) {
  using K = graph::UnaryKind;
  switch (kind) {
  case K::Abs:
    return make<math::AbsFOp>(x);
  case K::Neg:
    return make<arith::NegFOp>(x);
  case K::Exp:
    return make<math::ExpOp>(x);
  case K::Log:
    return make<math::LogOp>(x);
  case K::Sqrt:
    return make<math::SqrtOp>(x);
  case K::Floor:
    return make<math::FloorOp>(x);
  case K::Ceil:
    return make<math::CeilOp>(x);
  case K::Round:
    return make<math::RoundEvenOp>(x);
  case K::Sin:
    return emitSin(emitter, x, lanes);
  case K::Cos:
    return emitCos(emitter, x, lanes);
  case K::Tan:
    return emitTan(emitter, x, lanes);
  case K::Asin:
    return make<math::AsinOp>(x);
  case K::Acos:
    return make<math::AcosOp>(x);
  case K::Atan:
    return make<math::AtanOp>(x);
  case K::Sinh:
    return emitSinh(emitter, x, lanes);
  case K::Cosh:
    return make<math::CoshOp>(x);
  case K::Tanh:
    return make<math::TanhOp>(x);
  case K::Asinh:
    return emitAsinh(emitter, x, lanes);
  case K::Acosh:
    return emitAcosh(emitter, x, lanes);
  case K::Atanh:
    return emitAtanh(emitter, x, lanes);
  case K::Erf:
    return make<math::ErfOp>(x);
  case K::Sigmoid: {
    Value one = number(x, 1), e = make<math::ExpOp>(make<arith::NegFOp>(x));
    return make<arith::DivFOp>(one, make<arith::AddFOp>(one, e));
  }
  case K::Relu: // NaN stays NaN
    return make<arith::MaximumFOp>(x, number(x, 0));
  case K::IsNan:
    return compare(arith::CmpFPredicate::UNO, x, x);
  case K::IsInf:
    return compare(arith::CmpFPredicate::OEQ, make<math::AbsFOp>(x),
                   number(x, std::numeric_limits<double>::infinity()));
  case K::Sign:
    return sign(x);
  case K::Reciprocal:
    return make<arith::DivFOp>(number(x, 1), x);
  default:
    return {};
  }
}

Value Arithmetic::unaryInteger(graph::UnaryKind kind, Value x, bool isUnsigned) {
  using K = graph::UnaryKind;
  Value zero = number(x, 0);
  switch (kind) {
  case K::Abs:
    return isUnsigned ? x : make<math::AbsIOp>(x);
  case K::Neg:
    return make<arith::SubIOp>(zero, x);
  case K::Relu:
    return isUnsigned ? x : make<arith::MaxSIOp>(x, zero);
  case K::BitNot:
    return make<arith::XOrIOp>(x, number(x, -1));
  case K::Not:
    return make<arith::XOrIOp>(x, number(x, 1));
  case K::Sign: {
    Value positive =
        compare(isUnsigned ? arith::CmpIPredicate::ugt : arith::CmpIPredicate::sgt, x, zero);
    Value rest = isUnsigned
                     ? zero
                     : choose(compare(arith::CmpIPredicate::slt, x, zero), number(x, -1), zero);
    return choose(positive, number(x, 1), rest);
  }
  default:
    return {};
  }
}

Value Arithmetic::binaryFloat(graph::BinaryKind kind, Value a, Value c) {
  using K = graph::BinaryKind;
  switch (kind) {
  case K::Add:
    return make<arith::AddFOp>(a, c);
  case K::Sub:
    return make<arith::SubFOp>(a, c);
  case K::Mul:
    return make<arith::MulFOp>(a, c);
  case K::Div:
    return make<arith::DivFOp>(a, c);
  case K::Pow:
    return emitPower(emitter, a, c, lanes);
  case K::Min:
    return make<arith::MinimumFOp>(a, c);
  case K::Max:
    return make<arith::MaximumFOp>(a, c);
  case K::Fmod:
    return make<arith::RemFOp>(a, c);
  case K::Mod: { // the divisor's sign
    Value rest = make<arith::RemFOp>(a, c), zero = number(a, 0);
    Value different = make<arith::XOrIOp>(compare(arith::CmpFPredicate::OLT, rest, zero),
                                          compare(arith::CmpFPredicate::OLT, c, zero));
    Value nonzero = compare(arith::CmpFPredicate::UNE, rest, zero);
    Value moves = make<arith::AndIOp>(different, nonzero);
    return choose(moves, make<arith::AddFOp>(rest, c), rest);
  }
  default:
    return {};
  }
}

// Division by zero yields a number instead of stopping the process: the divisor becomes 1.
Value Arithmetic::divide(graph::BinaryKind kind, Value a, Value c, bool isUnsigned) {
  Value zero = number(a, 0), one = number(a, 1);
  Value divisor = choose(compare(arith::CmpIPredicate::eq, c, zero), one, c);
  if (isUnsigned) {
    if (kind == graph::BinaryKind::Div)
      return make<arith::DivUIOp>(a, divisor);
    return make<arith::RemUIOp>(a, divisor);
  }
  // The smallest number divided by -1 overflows; it is its own negative.
  Value minus = compare(arith::CmpIPredicate::eq, divisor, number(a, -1));
  divisor = choose(minus, one, divisor);
  if (kind == graph::BinaryKind::Div)
    return choose(minus, make<arith::SubIOp>(zero, a), make<arith::DivSIOp>(a, divisor));
  Value rest = make<arith::RemSIOp>(a, divisor);
  if (kind == graph::BinaryKind::Fmod)
    return rest;
  Value different = compare(arith::CmpIPredicate::slt, make<arith::XOrIOp>(rest, c), zero);
  Value nonzero = compare(arith::CmpIPredicate::ne, rest, zero);
  return choose(make<arith::AndIOp>(different, nonzero), make<arith::AddIOp>(rest, c), rest);
}

// A shift by the width or more yields 0.
Value Arithmetic::shift(graph::BinaryKind kind, Value a, Value c) {
  int64_t width = getElementTypeOrSelf(a.getType()).getIntOrFloatBitWidth();
  Value fits = compare(arith::CmpIPredicate::ult, c, number(c, width));
  Value amount = choose(fits, c, number(c, 0));
  Value moved = kind == graph::BinaryKind::ShiftLeft ? make<arith::ShLIOp>(a, amount)
                                                     : make<arith::ShRUIOp>(a, amount);
  return choose(fits, moved, number(a, 0));
}

Value Arithmetic::binaryInteger(graph::BinaryKind kind, Value a, Value c, bool isUnsigned) {
  using K = graph::BinaryKind;
  switch (kind) {
  case K::Add:
    return make<arith::AddIOp>(a, c);
  case K::Sub:
    return make<arith::SubIOp>(a, c);
  case K::Mul:
    return make<arith::MulIOp>(a, c);
  case K::Div:
  case K::Mod:
  case K::Fmod:
    return divide(kind, a, c, isUnsigned);
  case K::Min:
    return isUnsigned ? make<arith::MinUIOp>(a, c) : make<arith::MinSIOp>(a, c);
  case K::Max:
    return isUnsigned ? make<arith::MaxUIOp>(a, c) : make<arith::MaxSIOp>(a, c);
  case K::And:
    return make<arith::AndIOp>(a, c);
  case K::Or:
    return make<arith::OrIOp>(a, c);
  case K::Xor:
    return make<arith::XOrIOp>(a, c);
  case K::ShiftLeft:
  case K::ShiftRight:
    return shift(kind, a, c);
  case K::Pow:
    return make<math::IPowIOp>(a, c);
  }
  return {};
}

// Narrow targets go through i32, so that a value out of range wraps as in C on every level.
Value Arithmetic::toInteger(Value x, IntegerType to) {
  unsigned width = to.getWidth();
  Type signless = b.getIntegerType(width);
  if (to.isUnsigned() && width == 64)
    return make<arith::FPToUIOp>(shaped(signless), x);
  unsigned through = width == 64 || (to.isUnsigned() && width == 32) ? 64 : 32;
  Value wide = make<arith::FPToSIOp>(shaped(b.getIntegerType(through)), x);
  return through == width ? wide : make<arith::TruncIOp>(shaped(signless), wide);
}

// Element types as the graph has them: signedness counts. `x` is in compute type.
Value Arithmetic::cast(Value x, Type from, Type to) {
  Type compute = RegionEmitter::computeType(to), source = getElementTypeOrSelf(x.getType());
  bool fromUnsigned = from.isUnsignedInteger() || from.isInteger(1);
  if (to.isInteger(1)) {
    if (isa<FloatType>(source))
      return compare(arith::CmpFPredicate::UNE, x, number(x, 0));
    return source.isInteger(1) ? x : compare(arith::CmpIPredicate::ne, x, number(x, 0));
  }
  if (isa<FloatType>(source) && isa<FloatType>(to)) {
    unsigned wide = to.getIntOrFloatBitWidth();
    if (wide == 16) // round once, as a store and a load would
      return make<arith::ExtFOp>(shaped(compute), make<arith::TruncFOp>(shaped(to), x));
    if (compute == source)
      return x;
    return compute.isF64() ? make<arith::ExtFOp>(shaped(compute), x)
                           : make<arith::TruncFOp>(shaped(compute), x);
  }
  if (isa<FloatType>(source))
    return toInteger(x, ::llvm::cast<IntegerType>(to));
  if (isa<FloatType>(compute))
    return fromUnsigned ? make<arith::UIToFPOp>(shaped(compute), x)
                        : make<arith::SIToFPOp>(shaped(compute), x);
  unsigned have = source.getIntOrFloatBitWidth(), want = compute.getIntOrFloatBitWidth();
  if (have == want)
    return x;
  if (have > want)
    return make<arith::TruncIOp>(shaped(compute), x);
  return fromUnsigned ? make<arith::ExtUIOp>(shaped(compute), x)
                      : make<arith::ExtSIOp>(shaped(compute), x);
}

arith::CmpFPredicate floatPredicate(graph::CompareKind kind) {
  switch (kind) {
  case graph::CompareKind::Equal:
    return arith::CmpFPredicate::OEQ;
  case graph::CompareKind::Less:
    return arith::CmpFPredicate::OLT;
  case graph::CompareKind::LessOrEqual:
    return arith::CmpFPredicate::OLE;
  case graph::CompareKind::Greater:
    return arith::CmpFPredicate::OGT;
  case graph::CompareKind::GreaterOrEqual:
    return arith::CmpFPredicate::OGE;
  }
  return arith::CmpFPredicate::OEQ;
}

arith::CmpIPredicate integerPredicate(graph::CompareKind kind, bool isUnsigned) {
  switch (kind) {
  case graph::CompareKind::Equal:
    return arith::CmpIPredicate::eq;
  case graph::CompareKind::Less:
    return isUnsigned ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt;
  case graph::CompareKind::LessOrEqual:
    return isUnsigned ? arith::CmpIPredicate::ule : arith::CmpIPredicate::sle;
  case graph::CompareKind::Greater:
    return isUnsigned ? arith::CmpIPredicate::ugt : arith::CmpIPredicate::sgt;
  case graph::CompareKind::GreaterOrEqual:
    return isUnsigned ? arith::CmpIPredicate::uge : arith::CmpIPredicate::sge;
  }
  return arith::CmpIPredicate::eq;
}

bool isUnsignedElement(Value tensor) {
  Type element = cast<RankedTensorType>(tensor.getType()).getElementType();
  return element.isUnsignedInteger() || element.isInteger(1);
}

} // namespace

Value RegionEmitter::evaluateElementwise(Operation *op, const Indices &indices, int64_t lanes) {
  if (auto cast = dyn_cast<graph::CastOp>(op))
    if (Value bytes = emitRoundedBytes(*this, cast, indices, lanes))
      return bytes;
  SmallVector<Value, 3> x;
  for (Value operand : op->getOperands())
    x.push_back(evaluate(operand, broadcastIndices(operand, op->getResult(0), indices), lanes));
  Arithmetic arithmetic{*this, lanes};
  bool isFloat = isa<FloatType>(getElementTypeOrSelf(x[0].getType()));
  bool isUnsigned = isUnsignedElement(op->getOperand(0));
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](graph::UnaryOp unary) {
        return isFloat ? arithmetic.unaryFloat(unary.getKind(), x[0])
                       : arithmetic.unaryInteger(unary.getKind(), x[0], isUnsigned);
      })
      .Case([&](graph::BinaryOp binary) {
        return isFloat ? arithmetic.binaryFloat(binary.getKind(), x[0], x[1])
                       : arithmetic.binaryInteger(binary.getKind(), x[0], x[1], isUnsigned);
      })
      .Case([&](graph::CompareOp compare) {
        return isFloat ? arithmetic.compare(floatPredicate(compare.getKind()), x[0], x[1])
                       : arithmetic.compare(integerPredicate(compare.getKind(), isUnsigned), x[0],
                                            x[1]);
      })
      .Case([&](graph::SelectOp) { return arithmetic.choose(x[0], x[1], x[2]); })
      .Case([&](graph::CastOp cast) {
        return arithmetic.cast(x[0], cast.getInput().getType().getElementType(),
                               cast.getType().getElementType());
      })
      .Default([](Operation *) { return Value(); });
}

//===- reductions -----------------------------------------------------------------------------===//

Value RegionEmitter::combine(graph::ReduceKind kind, Value a, Value b) {
  int64_t lanes = isa<VectorType>(a.getType()) ? cast<VectorType>(a.getType()).getDimSize(0) : 1;
  Arithmetic arithmetic{*this, lanes};
  bool isFloat = isa<FloatType>(getElementTypeOrSelf(a.getType()));
  graph::BinaryKind binary = kind == graph::ReduceKind::Max       ? graph::BinaryKind::Max
                             : kind == graph::ReduceKind::Min     ? graph::BinaryKind::Min
                             : kind == graph::ReduceKind::Product ? graph::BinaryKind::Mul
                                                                  : graph::BinaryKind::Add;
  return isFloat ? arithmetic.binaryFloat(binary, a, b)
                 : arithmetic.binaryInteger(binary, a, b, reducesUnsigned_);
}

Value RegionEmitter::neutral(graph::ReduceKind kind, Type element, int64_t lanes) {
  double infinity = std::numeric_limits<double>::infinity();
  if (kind == graph::ReduceKind::Product)
    return constant(element, 1, lanes);
  if (kind == graph::ReduceKind::Sum || kind == graph::ReduceKind::Mean)
    return constant(element, 0, lanes);
  bool isMax = kind == graph::ReduceKind::Max;
  if (isa<FloatType>(element))
    return constant(element, isMax ? -infinity : infinity, lanes);
  unsigned width = element.getIntOrFloatBitWidth();
  APInt limit = reducesUnsigned_
                    ? (isMax ? APInt::getMinValue(width) : APInt::getMaxValue(width))
                    : (isMax ? APInt::getSignedMinValue(width) : APInt::getSignedMaxValue(width));
  TypedAttr attr = IntegerAttr::get(element, limit);
  if (lanes > 1)
    attr = DenseElementsAttr::get(VectorType::get({lanes}, element), Attribute(attr));
  return arith::ConstantOp::create(builder, loc(), attr);
}

Value RegionEmitter::reduceLanes(graph::ReduceKind kind, Value value) {
  auto vector = dyn_cast<VectorType>(value.getType());
  for (int64_t half = vector ? vector.getDimSize(0) / 2 : 0; half >= 1; half /= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t i = 0; i < half; ++i) {
      low.push_back(i);
      high.push_back(half + i);
    }
    Value a = vector::ShuffleOp::create(builder, loc(), value, value, low);
    Value b = vector::ShuffleOp::create(builder, loc(), value, value, high);
    value = combine(kind, a, b);
  }
  if (vector)
    value = vector::ExtractOp::create(builder, loc(), value, ArrayRef<int64_t>{0});
  return machine.isGpu ? reduceGroup(kind, value) : value;
}

} // namespace mdc::lower
