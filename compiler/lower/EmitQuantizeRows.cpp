// Rows of floats as bytes, each by a scale and a zero point of its own.
#include "compiler/lower/Reduction.h"
#include "compiler/lower/Roots.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace mdc::lower {

namespace {

// 1.5 * 2^23 + x is, in f32, 1.5 * 2^23 plus x rounded half to even: its lowest bits are the
// integer.
constexpr double kShift = 0x1.8p23;
constexpr double kSmallestRange = 0x1p-100; // its inverse is finite

// What a row's elements are quantized with; scalars.
struct RowParameters {
  Value inverse, scale, zeroPoint; // f32, f32, i32
  Value largest;                   // shifted step that becomes the highest integer
};

class RowQuantizer {
public:
  RowQuantizer(RegionEmitter &emitter, graph::QuantizeRowsOp root)
      : e(emitter), root(root), type(root.getInput().getType()), extents(graph::extentsOf(type)),
        axes{type.getRank() - 1}, f32(emitter.builder.getF32Type()),
        i32(emitter.builder.getI32Type()),
        lanes(rowLanes(emitter, root.getInput(), /*storesRows=*/true)) {}

  void emit() {
    SmallVector<Value> rows;
    for (AffineExpr extent : ArrayRef(extents).drop_back())
      rows.push_back(e.extent(extent));
    Value count = e.index(1);
    for (Value extent : rows)
      count = e.mul(count, extent);
    double work = workOf(e) * graph::constantOf(extents.back()).value_or(64) / double(lanes) * 4;
    e.parallelGroups(count, work, [&](Value row) {
      Indices at;
      for (Value coordinate : e.unflatten(row, rows))
        at.push_back({coordinate, 0});
      at.push_back({e.index(0), 0});
      RowParameters by = parameters(at);
      e.store(1, at, by.scale, 1, Value());
      e.store(2, at, by.zeroPoint, 1, Value());
      storeIntegers(at, by);
    });
  }

private:
  Value number(double value, int64_t lanes = 1) { return e.constant(f32, value, lanes); }

  Value choose(arith::CmpFPredicate predicate, Value a, Value b) {
    Value wins = arith::CmpFOp::create(e.builder, e.loc(), predicate, a, b);
    return arith::SelectOp::create(e.builder, e.loc(), wins, a, b);
  }

  // Smallest and largest element, and 0; beside them a sum that is NaN if an element is not finite,
  // for comparisons pass a NaN over.
  RowParameters parameters(const Indices &at) {
    Value zero = number(0, lanes);
    auto step = [&](const Indices &here, ValueRange carried, Value valid) -> SmallVector<Value> {
      Value x = e.evaluate(root.getInput(), here, lanes);
      if (valid)
        x = arith::SelectOp::create(e.builder, e.loc(), valid, x, zero);
      return {choose(arith::CmpFPredicate::OLT, x, carried[0]),
              choose(arith::CmpFPredicate::OGT, x, carried[1]),
              math::FmaOp::create(e.builder, e.loc(), x, zero, carried[2])};
    };
    SmallVector<Value> found = reduceAlong(e, axes, extents, at, lanes, {zero, zero, zero}, step);
    Value low = e.reduceLanes(graph::ReduceKind::Min, found[0]);
    Value high = e.reduceLanes(graph::ReduceKind::Max, found[1]);
    return parameters(low, high, e.reduceLanes(graph::ReduceKind::Sum, found[2]));
  }

  RowParameters parameters(Value low, Value high, Value poison) {
    OpBuilder &b = e.builder;
    Location loc = e.loc();
    Value range = arith::SubFOp::create(b, loc, high, low);
    range = choose(arith::CmpFPredicate::OGT, range, number(kSmallestRange));
    RowParameters by;
    by.inverse = arith::DivFOp::create(b, loc, number(root.getHighest()), range);
    by.scale = arith::DivFOp::create(b, loc, range, number(root.getHighest()));
    by.scale = arith::AddFOp::create(b, loc, by.scale, poison);
    Value opposite = arith::NegFOp::create(b, loc, low);
    Value shifted = math::FmaOp::create(b, loc, opposite, by.inverse, number(kShift));
    Value zero = arith::SubFOp::create(b, loc, shifted, number(kShift));
    by.largest = arith::SubFOp::create(b, loc, number(kShift + root.getHighest()), zero);
    by.zeroPoint = integerOf(shifted, 1);
    return by;
  }

  // The integer in the bits of a shifted one.
  Value integerOf(Value shifted, int64_t lanes) {
    Type shape = lanes > 1 ? Type(VectorType::get({lanes}, i32)) : i32;
    Value bits = arith::BitcastOp::create(e.builder, e.loc(), shape, shifted);
    constexpr int32_t kShiftBits = 0x4B400000; // of kShift
    Value offset = e.constant(i32, -kShiftBits, lanes);
    return arith::AddIOp::create(e.builder, e.loc(), bits, offset);
  }

  void storeIntegers(const Indices &at, const RowParameters &by) {
    OpBuilder &b = e.builder;
    Location loc = e.loc();
    Value inverse = e.splat(by.inverse, lanes), largest = e.splat(by.largest, lanes);
    Value zeroPoint = e.splat(by.zeroPoint, lanes), shift = number(kShift, lanes);
    auto step = [&](const Indices &here, ValueRange, Value valid) -> SmallVector<Value> {
      Value x = e.evaluate(root.getInput(), here, lanes);
      Value steps = math::FmaOp::create(b, loc, x, inverse, shift);
      steps = choose(arith::CmpFPredicate::OLT, steps, largest);
      Value integers = arith::AddIOp::create(b, loc, integerOf(steps, lanes), zeroPoint);
      Type byte = b.getI8Type();
      Type bytes = lanes > 1 ? Type(VectorType::get({lanes}, byte)) : byte;
      e.store(0, here, arith::TruncIOp::create(b, loc, bytes, integers), lanes, valid);
      return {};
    };
    reduceAlong(e, axes, extents, at, lanes, {}, step);
  }

  RegionEmitter &e;
  graph::QuantizeRowsOp root;
  RankedTensorType type;
  graph::Extents extents;
  SmallVector<int64_t, 1> axes;
  Type f32, i32;
  int64_t lanes; // of a step
};

} // namespace

void emitQuantizeRows(RegionEmitter &emitter, graph::QuantizeRowsOp root) {
  RowQuantizer(emitter, root).emit();
}

} // namespace mdc::lower
