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

namespace {

/// A number less its nearest multiple of pi / 2, and that multiple modulo 4.
struct Quarter {
  Value rest;   ///< f32, up to pi / 4
  Value number; ///< f64: 0, 1, 2 or 3

  /// Whether the number is one of two.
  Value isOneOf(Composer &wide, int first, int second) const {
    auto is = [&](int other) {
      return wide.compare(arith::CmpFPredicate::OEQ, number, wide.number(other));
    };
    return wide.make<arith::OrIOp>(is(first), is(second));
  }
};

} // namespace

// In f64: what remains is exact up to 1e9; numbers of f32 are 64 apart there.
static Quarter quarterOf(RegionEmitter &emitter, Value x, int64_t lanes) {
  constexpr double kHalfPi = 0x1.921fb54442d18p+0, kHalfPiRest = 0x1.1a62633145c07p-54;
  constexpr double kMostRest = 0.78539818525314331; // pi / 4, the next f32
  Composer wide{emitter, emitter.builder.getF64Type(), lanes};
  Type type = wide.number(0).getType();
  Value angle = wide.make<arith::ExtFOp>(type, x);
  Value count =
      wide.make<math::RoundEvenOp>(wide.make<arith::MulFOp>(angle, wide.number(1 / kHalfPi)));
  Value back = wide.make<arith::NegFOp>(count);
  Value rest = wide.make<math::FmaOp>(back, wide.number(kHalfPi), angle);
  rest = wide.make<math::FmaOp>(back, wide.number(kHalfPiRest), rest);
  rest = wide.make<arith::MaximumFOp>(rest, wide.number(-kMostRest));
  rest = wide.make<arith::MinimumFOp>(rest, wide.number(kMostRest));
  Value fours = wide.make<math::FloorOp>(wide.make<arith::MulFOp>(count, wide.number(0.25)));
  Value number = wide.make<arith::SubFOp>(count, wide.make<arith::MulFOp>(fours, wide.number(4)));
  Value narrow = wide.make<arith::TruncFOp>(x.getType(), rest);
  // The small ones stay as they are, which keeps the sign of zero.
  Composer c{emitter, emitter.builder.getF32Type(), lanes};
  Value isFirst = c.compare(arith::CmpFPredicate::OLE, c.make<math::AbsFOp>(x), c.number(0.785));
  return {c.choose(isFirst, x, narrow), number};
}

// Sine and cosine of up to pi / 4: Cephes' polynomials of single precision, to 1 unit in the last
// place (S. Moshier, netlib.org/cephes, sinf.c).
static std::pair<Value, Value> sineAndCosine(RegionEmitter &emitter, Value x, int64_t lanes) {
  Composer c{emitter, emitter.builder.getF32Type(), lanes};
  Value square = c.make<arith::MulFOp>(x, x);
  auto polynomial = [&](ArrayRef<double> coefficients) {
    Value sum = c.number(coefficients.front());
    for (double next : coefficients.drop_front())
      sum = c.make<math::FmaOp>(sum, square, c.number(next));
    return sum;
  };
  Value odd = polynomial({-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1});
  Value sine = c.make<arith::MulFOp>(c.make<math::FmaOp>(odd, square, c.number(1)), x);
  Value even =
      polynomial({2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2, -0.5});
  Value cosine = c.make<math::FmaOp>(even, square, c.number(1));
  return {sine, cosine};
}

// The sine of x plus `shift` quarters.
static Value emitShiftedSin(RegionEmitter &emitter, Value x, int shift, int64_t lanes) {
  Composer c{emitter, emitter.builder.getF32Type(), lanes};
  Composer wide{emitter, emitter.builder.getF64Type(), lanes};
  Quarter quarter = quarterOf(emitter, x, lanes);
  auto [sine, cosine] = sineAndCosine(emitter, quarter.rest, lanes);
  auto shifted = [&](int number) { return (number + 4 - shift) % 4; };
  Value swaps = quarter.isOneOf(wide, shifted(1), shifted(3));
  Value turns = quarter.isOneOf(wide, shifted(2), shifted(3));
  Value result = c.choose(swaps, cosine, sine);
  return c.choose(turns, c.make<arith::NegFOp>(result), result);
}

Value emitSin(RegionEmitter &emitter, Value x, int64_t lanes) {
  if (!getElementTypeOrSelf(x.getType()).isF32())
    return math::SinOp::create(emitter.builder, emitter.loc(), x);
  return emitShiftedSin(emitter, x, 0, lanes);
}

Value emitCos(RegionEmitter &emitter, Value x, int64_t lanes) {
  if (!getElementTypeOrSelf(x.getType()).isF32())
    return math::CosOp::create(emitter.builder, emitter.loc(), x);
  return emitShiftedSin(emitter, x, 1, lanes);
}

Value emitTan(RegionEmitter &emitter, Value x, int64_t lanes) {
  if (!getElementTypeOrSelf(x.getType()).isF32())
    return math::TanOp::create(emitter.builder, emitter.loc(), x);
  Composer c{emitter, emitter.builder.getF32Type(), lanes};
  Composer wide{emitter, emitter.builder.getF64Type(), lanes};
  Quarter quarter = quarterOf(emitter, x, lanes);
  auto [sine, cosine] = sineAndCosine(emitter, quarter.rest, lanes);
  Value swaps = quarter.isOneOf(wide, 1, 3);
  Value numerator = c.choose(swaps, c.make<arith::NegFOp>(cosine), sine);
  return c.make<arith::DivFOp>(numerator, c.choose(swaps, sine, cosine));
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
