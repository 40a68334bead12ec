#include "compiler/lower/ComposedMath.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace mlir;

namespace mdc::lower {

namespace {
struct Composer {
  RegionEmitter &emitter;
  Type element;
  int64_t lanes;

  template <typename Op, typename... Args> Value make(Args &&...args) {
    return Op::create(emitter.builder, emitter.loc(), std::forward<Args>(args)...);
  }
  Value number(double value) { return emitter.constant(element, value, lanes); }
  Value compare(arith::CmpFPredicate predicate, Value a, Value b) {
    return make<arith::CmpFOp>(predicate, a, b);
  }
  Value choose(Value condition, Value a, Value b) { return make<arith::SelectOp>(condition, a, b); }
  Value isWhole(Value x) { return compare(arith::CmpFPredicate::OEQ, make<math::FloorOp>(x), x); }
  Value isNot(Value condition) {
    Value yes = arith::ConstantOp::create(emitter.builder, emitter.loc(),
                                          emitter.builder.getOneAttr(condition.getType()));
    return make<arith::XOrIOp>(condition, yes);
  }
  /// log(2 x), which sums of x and a root of its square come to once x is large: the square would
  /// overflow, and what is added to it has long been lost.
  Value logOfTwice(Value x) {
    return make<arith::AddFOp>(make<math::LogOp>(x), number(0.69314718055994531));
  }
  /// Of what is not negative. MLIR's polynomial takes numbers below the normal ones as the least
  /// of these.
  Value log(Value x) {
    Value isSubnormal = compare(arith::CmpFPredicate::OLT, x, number(0x1p-126));
    Value larger = choose(isSubnormal, make<arith::MulFOp>(x, number(0x1p24)), x);
    Value result = make<math::LogOp>(larger);
    Value lowered = make<arith::SubFOp>(result, number(24 * 0.69314718055994531));
    return choose(isSubnormal, lowered, result);
  }
  /// x + cubic * x^3 near 0, where MLIR's polynomial has an absolute error; `far` elsewhere.
  Value oddNearZero(Value x, double cubic, Value far) {
    Value square = make<arith::MulFOp>(x, x);
    Value rest = make<arith::MulFOp>(make<arith::MulFOp>(square, number(cubic)), x);
    Value isNear = compare(arith::CmpFPredicate::OLT, make<math::AbsFOp>(x), number(0.01));
    return choose(isNear, make<arith::AddFOp>(x, rest), far);
  }
  Value isFar(Value x) { return compare(arith::CmpFPredicate::OGT, x, number(1e9)); }
};
} // namespace

Value emitPower(RegionEmitter &emitter, Value base, Value exponent, int64_t lanes) {
  Composer c{emitter, getElementTypeOrSelf(base.getType()), lanes};
  if (!c.element
           .isF32()) // the C library's: powers of integers are computed in f64 and must be exact
    return c.make<math::PowFOp>(base, exponent);
  Value size = c.make<math::AbsFOp>(base), zero = c.number(0), one = c.number(1);
  Value magnitude = c.make<math::ExpOp>(c.make<arith::MulFOp>(exponent, c.log(size)));
  Value isWhole = c.isWhole(exponent);
  Value isEven = c.isWhole(c.make<arith::MulFOp>(exponent, c.number(0.5)));
  Value isOdd = c.make<arith::AndIOp>(isWhole, c.isNot(isEven));
  Value hasSign = c.compare(arith::CmpFPredicate::OLT, c.make<math::CopySignOp>(one, base), zero);
  Value result =
      c.choose(c.make<arith::AndIOp>(hasSign, isOdd), c.make<arith::NegFOp>(magnitude), magnitude);
  const double infinity = std::numeric_limits<double>::infinity();
  Value isFiniteNegative =
      c.make<arith::AndIOp>(c.compare(arith::CmpFPredicate::OLT, base, zero),
                            c.compare(arith::CmpFPredicate::OGT, base, c.number(-infinity)));
  Value isUndefined = c.make<arith::AndIOp>(isFiniteNegative, c.isNot(isWhole));
  result = c.choose(isUndefined, c.number(std::numeric_limits<double>::quiet_NaN()), result);
  Value isOne = c.make<arith::OrIOp>(c.compare(arith::CmpFPredicate::OEQ, exponent, zero),
                                     c.compare(arith::CmpFPredicate::OEQ, base, one));
  return c.choose(isOne, one, result);
}

Value emitAsinh(RegionEmitter &emitter, Value x, int64_t lanes) {
  Composer c{emitter, getElementTypeOrSelf(x.getType()), lanes};
  Value size = c.make<math::AbsFOp>(x), one = c.number(1);
  Value square = c.make<arith::MulFOp>(size, size);
  Value root = c.make<math::SqrtOp>(c.make<arith::AddFOp>(square, one));
  Value rest = c.make<arith::DivFOp>(square, c.make<arith::AddFOp>(root, one));
  Value near = c.make<math::Log1pOp>(c.make<arith::AddFOp>(size, rest));
  return c.make<math::CopySignOp>(c.choose(c.isFar(size), c.logOfTwice(size), near), x);
}

Value emitAcosh(RegionEmitter &emitter, Value x, int64_t lanes) {
  Composer c{emitter, getElementTypeOrSelf(x.getType()), lanes};
  Value above = c.make<arith::SubFOp>(x, c.number(1));
  Value square = c.make<arith::MulFOp>(above, c.make<arith::AddFOp>(above, c.number(2)));
  Value near = c.make<math::Log1pOp>(c.make<arith::AddFOp>(above, c.make<math::SqrtOp>(square)));
  Value none = c.number(std::numeric_limits<double>::quiet_NaN());
  Value isBelow = c.compare(arith::CmpFPredicate::OLT, x, c.number(1));
  return c.choose(isBelow, none, c.choose(c.isFar(x), c.logOfTwice(x), near));
}

Value emitAtanh(RegionEmitter &emitter, Value x, int64_t lanes) {
  Composer c{emitter, getElementTypeOrSelf(x.getType()), lanes};
  Value size = c.make<math::AbsFOp>(x);
  Value ratio = c.make<arith::DivFOp>(c.make<arith::AddFOp>(size, size),
                                      c.make<arith::SubFOp>(c.number(1), size));
  Value half = c.make<arith::MulFOp>(c.make<math::Log1pOp>(ratio), c.number(0.5));
  return c.make<math::CopySignOp>(half, x);
}

Value emitSin(RegionEmitter &emitter, Value x, int64_t lanes) {
  Composer c{emitter, getElementTypeOrSelf(x.getType()), lanes};
  Value far = c.make<math::SinOp>(x);
  return c.element.isF32() ? c.oddNearZero(x, -1.0 / 6, far) : far;
}

Value emitTan(RegionEmitter &emitter, Value x, int64_t lanes) {
  Composer c{emitter, getElementTypeOrSelf(x.getType()), lanes};
  Value far = c.make<math::TanOp>(x);
  return c.element.isF32() ? c.oddNearZero(x, 1.0 / 3, far) : far;
}

Value emitSinh(RegionEmitter &emitter, Value x, int64_t lanes) {
  Composer c{emitter, getElementTypeOrSelf(x.getType()), lanes};
  Value size = c.make<math::AbsFOp>(x), half = c.number(0.5);
  Value grown = c.make<math::ExpM1Op>(size);
  Value shrunk = c.make<arith::DivFOp>(grown, c.make<arith::AddFOp>(grown, c.number(1)));
  Value near = c.make<arith::MulFOp>(c.make<arith::AddFOp>(grown, shrunk), half);
  // exp(x) alone, in two factors: it overflows before its half does.
  Value root = c.make<math::ExpOp>(c.make<arith::MulFOp>(size, half));
  Value far = c.make<arith::MulFOp>(c.make<arith::MulFOp>(root, half), root);
  Value isFar = c.compare(arith::CmpFPredicate::OGT, size, c.number(20));
  return c.make<math::CopySignOp>(c.choose(isFar, far, near), x);
}

} // namespace mdc::lower
