#include "compiler/lower/RoundedBytes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;

namespace mdc::lower {

namespace {

struct Rounding {
  Value input; // of the rounding
  double low = -std::numeric_limits<double>::infinity(), high = -low, zeroPoint = 0;

  // Whether all sums below are exact.
  bool isExact(bool isUnsigned) const {
    auto whole = [](double x) { return std::floor(x) == x; };
    return whole(low) && whole(high) && whole(zeroPoint) && low >= (isUnsigned ? 0 : -128) &&
           high <= (isUnsigned ? 255 : 127) && low <= high && std::abs(zeroPoint) <= 256;
  }
};

} // namespace

static std::optional<double> splatOf(Value value) {
  auto constant = value.getDefiningOp<graph::ConstantOp>();
  auto dense = constant ? dyn_cast<DenseElementsAttr>(constant.getValue()) : DenseElementsAttr();
  if (!dense || !dense.isSplat() || !isa<FloatType>(dense.getElementType()))
    return std::nullopt;
  return dense.getSplatValue<APFloat>().convertToDouble();
}

static std::optional<Rounding> roundingBefore(Value value) {
  Rounding found;
  while (auto binary = value.getDefiningOp<graph::BinaryOp>()) {
    auto by = splatOf(binary.getRhs());
    if (!by || binary.getType() != binary.getLhs().getType())
      return std::nullopt;
    // Seen from the result, a bound before another one counts where it is the tighter.
    if (binary.getKind() == graph::BinaryKind::Max && found.zeroPoint == 0)
      found.low = std::max(found.low, *by);
    else if (binary.getKind() == graph::BinaryKind::Min && found.zeroPoint == 0)
      found.high = std::min(found.high, *by);
    else if (binary.getKind() == graph::BinaryKind::Add && found.zeroPoint == 0)
      found.zeroPoint = *by;
    else
      return std::nullopt;
    value = binary.getLhs();
  }
  auto round = value.getDefiningOp<graph::UnaryOp>();
  if (!round || round.getKind() != graph::UnaryKind::Round)
    return std::nullopt;
  found.input = round.getInput();
  return found;
}

// In f32, 1.5 * 2^23 + x is 1.5 * 2^23 plus x rounded half to even, for |x| up to 2^22, and beyond
// that on the same side of every bound of a byte. Its lowest bits are the integer.
Value emitRoundedBytes(RegionEmitter &emitter, graph::CastOp cast, const Indices &indices,
                       int64_t lanes) {
  Type to = cast.getType().getElementType();
  if (!to.isInteger() || to.getIntOrFloatBitWidth() != 8 ||
      !cast.getInput().getType().getElementType().isF32())
    return {};
  auto rounding = roundingBefore(cast.getInput());
  if (!rounding || !rounding->isExact(to.isUnsignedInteger()))
    return {};
  OpBuilder &b = emitter.builder;
  Location loc = emitter.loc();
  constexpr double shift = 0x1.8p23;
  auto shifted = [&](double bound) {
    return emitter.constant(b.getF32Type(), shift + bound - rounding->zeroPoint, lanes);
  };
  Value x = emitter.evaluate(rounding->input, indices, lanes);
  x = arith::AddFOp::create(b, loc, x, emitter.constant(b.getF32Type(), shift, lanes));
  x = arith::MaxNumFOp::create(b, loc, x, shifted(rounding->low));
  x = arith::MinNumFOp::create(b, loc, x, shifted(rounding->high));
  auto shaped = [&](Type element) {
    return lanes > 1 ? Type(VectorType::get({lanes}, element)) : element;
  };
  Value bits = arith::BitcastOp::create(b, loc, shaped(b.getI32Type()), x);
  Value zero = emitter.constant(b.getI32Type(), rounding->zeroPoint, lanes);
  bits = arith::AddIOp::create(b, loc, bits, zero);
  return arith::TruncIOp::create(b, loc, shaped(b.getI8Type()), bits);
}

} // namespace mdc::lower
