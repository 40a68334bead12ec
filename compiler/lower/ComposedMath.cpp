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
};
} // namespace

Value emitPower(RegionEmitter &emitter, Value base, Value exponent, int64_t lanes) {
  Composer c{emitter, getElementTypeOrSelf(base.getType()), lanes};
  if (!c.element
           .isF32()) // the C library's: powers of integers are computed in f64 and must be exact
    return c.make<math::PowFOp>(base, exponent);
  Value size = c.make<math::AbsFOp>(base), zero = c.number(0), one = c.number(1);
  Value magnitude = c.make<math::ExpOp>(c.make<arith::MulFOp>(exponent, c.make<math::LogOp>(size)));
  Value even = c.isWhole(c.make<arith::MulFOp>(exponent, c.number(0.5)));
  Value signedMagnitude = c.choose(even, magnitude, c.make<arith::NegFOp>(magnitude));
  Value none = c.number(std::numeric_limits<double>::quiet_NaN());
  Value ofNegative = c.choose(c.isWhole(exponent), signedMagnitude, none);
  Value negative = c.compare(arith::CmpFPredicate::OLT, base, zero);
  Value result = c.choose(negative, ofNegative, magnitude);
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
  // The square overflows; its 1 has long been lost.
  Value far = c.make<arith::AddFOp>(c.make<math::LogOp>(size), c.number(0.69314718055994531));
  Value isFar = c.compare(arith::CmpFPredicate::OGT, size, c.number(1e9));
  return c.make<math::CopySignOp>(c.choose(isFar, far, near), x);
}

} // namespace mdc::lower
