// Roots with windows over spatial axes, and the plain product of matrices.
#include "compiler/lower/Roots.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace mdc::lower {

WindowTaps tapsAt(RegionEmitter &emitter, Value at, Value extent, int64_t kernel, int64_t stride,
                  int64_t pad, int64_t dilation) {
  Value origin = emitter.addConstant(emitter.mulConstant(at, stride), -pad);
  auto ceilDiv = [&](Value a) { // rounds towards +infinity for both signs
    Value d = emitter.index(dilation);
    return dilation == 1 ? a
                         : Value(arith::CeilDivSIOp::create(emitter.builder, emitter.loc(), a, d));
  };
  Value zero = emitter.index(0), taps = emitter.index(kernel);
  Value low = pad == 0 ? zero : emitter.maximum(zero, ceilDiv(emitter.sub(zero, origin)));
  // Even without a pad, ceil mode may run past the end.
  Value high = emitter.maximum(emitter.minimum(taps, ceilDiv(emitter.sub(extent, origin))), zero);
  return {origin, low, high};
}

// Loops over the taps of all spatial axes, carrying values; body gets the input indices and the tap
// numbers.
using TapBody =
    llvm::function_ref<SmallVector<Value>(const Indices &, ArrayRef<Value>, ValueRange)>;
static SmallVector<Value> forEachTap(RegionEmitter &emitter, ArrayRef<WindowTaps> taps,
                                     ArrayRef<int64_t> dilations, Indices indices,
                                     SmallVector<Value> numbers, ValueRange start, TapBody body) {
  size_t axis = numbers.size();
  if (axis == taps.size())
    return body(indices, numbers, start);
  return emitter.loopCarry(
      taps[axis].low, taps[axis].high, 1, start, [&](Value tap, ValueRange carried) {
        SmallVector<Value> next = numbers;
        next.push_back(tap);
        Indices at = indices;
        at[2 + axis] = {emitter.add(taps[axis].origin, emitter.mulConstant(tap, dilations[axis])),
                        0};
        return forEachTap(emitter, taps, dilations, at, next, carried, body);
      });
}

static double windowWork(ArrayRef<int64_t> kernel) {
  double work = 2;
  for (int64_t extent : kernel)
    work *= extent;
  return work;
}

// Elements that an average divides by: inside the input, or inside the padded input.
static Value averageCount(RegionEmitter &emitter, graph::PoolOp root, ArrayRef<WindowTaps> taps,
                          const graph::Extents &extents, Type element) {
  size_t spatial = taps.size();
  Value count = emitter.index(1);
  for (size_t axis = 0; axis < spatial; ++axis) {
    Value low = taps[axis].low, high = taps[axis].high;
    if (root.getCountIncludePad()) {
      Value end =
          emitter.addConstant(emitter.extent(extents[2 + axis]), root.getPads()[spatial + axis]);
      Value room = emitter.sub(end, taps[axis].origin);
      int64_t dilation = root.getDilations()[axis];
      low = emitter.index(0);
      high = emitter.minimum(
          emitter.index(root.getKernel()[axis]),
          emitter.floorDiv(emitter.addConstant(room, dilation - 1), emitter.index(dilation)));
    }
    count = emitter.mul(count, emitter.sub(high, low));
  }
  OpBuilder &b = emitter.builder;
  Value integer = arith::IndexCastOp::create(b, emitter.loc(), b.getI64Type(), count);
  return arith::SIToFPOp::create(b, emitter.loc(), element, integer);
}

void emitPool(RegionEmitter &emitter, graph::PoolOp root) {
  RankedTensorType inputType = root.getInput().getType();
  graph::Extents extents = graph::extentsOf(inputType);
  Type element = RegionEmitter::computeType(inputType.getElementType());
  emitter.reduceAsUnsigned(inputType.getElementType().isUnsignedInteger());
  bool average = root.getKind() == graph::PoolKind::Average;
  graph::ReduceKind kind = average ? graph::ReduceKind::Sum : graph::ReduceKind::Max;
  int64_t block = emitter.resultLayout(0).channelBlock;
  bool blocked = emitter.machine.isGpu ? block > 1 : block == kLanes;
  forEachPoint(
      emitter, root.getType(), emitter.resultLayout(0), windowWork(root.getKernel()),
      blocked ? Points::Lanes : Points::Single,
      [&](const Indices &indices, int64_t lanes, Value mask) {
        SmallVector<WindowTaps> taps;
        for (size_t axis = 0; axis + 2 < extents.size(); ++axis)
          taps.push_back(tapsAt(emitter, indices[2 + axis].base, emitter.extent(extents[2 + axis]),
                                root.getKernel()[axis], root.getStrides()[axis],
                                root.getPads()[axis], root.getDilations()[axis]));
        Value start = emitter.neutral(kind, element, lanes);
        Value result = forEachTap(
            emitter, taps, root.getDilations(), indices, {}, start,
            [&](const Indices &at, ArrayRef<Value>, ValueRange carried) -> SmallVector<Value> {
              return {
                  emitter.combine(kind, carried[0], emitter.evaluate(root.getInput(), at, lanes))};
            })[0];
        if (average) {
          Value count = averageCount(emitter, root, taps, extents, element);
          result = arith::DivFOp::create(emitter.builder, emitter.loc(), result,
                                         emitter.splat(count, lanes));
        }
        emitter.newPoint();
        emitter.define(root.getResult(), result);
        emitter.storeResult(0, indices, lanes, mask);
      });
}

static Value multiplyAdd(RegionEmitter &emitter, Value a, Value b, Value sum) {
  OpBuilder &builder = emitter.builder;
  if (isa<FloatType>(getElementTypeOrSelf(a.getType())))
    return math::FmaOp::create(builder, emitter.loc(), a, b, sum);
  Value product = arith::MulIOp::create(builder, emitter.loc(), a, b);
  return arith::AddIOp::create(builder, emitter.loc(), product, sum);
}

// A factor in the type of the sums.
static Value factor(RegionEmitter &emitter, Value value, Type from, Type sums) {
  OpBuilder &b = emitter.builder;
  if (value.getType() == sums)
    return value;
  if (isa<FloatType>(sums))
    return arith::SIToFPOp::create(b, emitter.loc(), sums, value);
  return from.isUnsignedInteger() ? Value(arith::ExtUIOp::create(b, emitter.loc(), sums, value))
                                  : Value(arith::ExtSIOp::create(b, emitter.loc(), sums, value));
}

// The input under a tap that may lie in the border.
static Value bordered(RegionEmitter &emitter, graph::ConvOp root, Indices at) {
  OpBuilder &b = emitter.builder;
  graph::Extents extents = graph::extentsOf(root.getInput().getType());
  Value inside = arith::ConstantOp::create(b, emitter.loc(), b.getBoolAttr(true));
  for (size_t axis = 2; axis < at.size(); ++axis) {
    // One unsigned comparison: negative coordinates are huge.
    Value fits = arith::CmpIOp::create(b, emitter.loc(), arith::CmpIPredicate::ult, at[axis].base,
                                       emitter.extent(extents[axis]));
    inside = arith::AndIOp::create(b, emitter.loc(), inside, fits);
    at[axis].base =
        arith::SelectOp::create(b, emitter.loc(), fits, at[axis].base, emitter.index(0));
  }
  Value filling =
      borderConstant(emitter, root.getInput().getType().getElementType(), root.getPadValue());
  return arith::SelectOp::create(b, emitter.loc(), inside, emitter.evaluate(root.getInput(), at, 1),
                                 filling);
}

void emitPlainConv(RegionEmitter &emitter, graph::ConvOp root) {
  graph::Extents extents = graph::extentsOf(root.getInput().getType());
  RankedTensorType weightType = root.getWeight().getType();
  Type inputElement = root.getInput().getType().getElementType();
  Type element = RegionEmitter::computeType(root.getType().getElementType());
  size_t spatial = extents.size() - 2;
  bool filled = root.getPadValue() != 0; // else taps in the border add nothing
  int64_t perGroup = weightType.getDimSize(1),
          outPerGroup = weightType.getDimSize(0) / root.getGroups();
  double work = windowWork(weightType.getShape().drop_front(2)) * perGroup;
  forEachPoint(
      emitter, root.getType(), emitter.resultLayout(0), work, Points::Single,
      [&](const Indices &indices, int64_t lanes, Value mask) {
        SmallVector<WindowTaps> taps;
        for (size_t axis = 0; axis < spatial; ++axis)
          taps.push_back(tapsAt(emitter, indices[2 + axis].base, emitter.extent(extents[2 + axis]),
                                weightType.getDimSize(2 + axis), root.getStrides()[axis],
                                root.getPads()[axis], root.getDilations()[axis]));
        for (size_t axis = 0; filled && axis < spatial; ++axis)
          taps[axis] = {taps[axis].origin, emitter.index(0),
                        emitter.index(weightType.getDimSize(2 + axis))};
        Value out = indices[1].base;
        Value firstChannel =
            emitter.mulConstant(emitter.floorDiv(out, emitter.index(outPerGroup)), perGroup);
        Value start = root.getBias() ? emitter.evaluate(root.getBias(), {{out, 0}}, 1)
                                     : emitter.constant(element, 0, 1);
        Value sum = emitter.loopCarry(
            emitter.index(0), emitter.index(perGroup), 1, start,
            [&](Value channel, ValueRange carried) {
              Indices at = indices;
              at[1] = {emitter.add(firstChannel, channel), 0};
              return forEachTap(
                  emitter, taps, root.getDilations(), at, {}, carried,
                  [&](const Indices &in, ArrayRef<Value> numbers,
                      ValueRange inner) -> SmallVector<Value> {
                    Indices weightAt = {{out, 0}, {channel, 0}};
                    for (Value number : numbers)
                      weightAt.push_back({number, 0});
                    Value x = filled ? bordered(emitter, root, in)
                                     : emitter.evaluate(root.getInput(), in, 1);
                    Value w = emitter.evaluate(root.getWeight(), weightAt, 1);
                    return {multiplyAdd(emitter, factor(emitter, x, inputElement, element),
                                        factor(emitter, w, weightType.getElementType(), element),
                                        inner[0])};
                  });
            })[0];
        emitter.newPoint();
        emitter.define(root.getResult(), sum);
        for (unsigned result = 0; result < emitter.source.getNumResults(); ++result)
          emitter.storeResult(result, indices, lanes, mask);
      });
}

// Indices of an operand of a product: broadcast outer axes, then the two given ones.
static Indices operandIndices(RegionEmitter &emitter, Value operand, const Indices &indices,
                              bool transposed, LaneIndex row, LaneIndex column) {
  graph::Extents extents = graph::extentsOf(cast<RankedTensorType>(operand.getType()));
  size_t rank = extents.size(), lead = indices.size() - rank;
  Indices own;
  for (size_t axis = 0; axis + 2 < rank; ++axis)
    own.push_back(graph::constantOf(extents[axis]) == 1 ? LaneIndex{emitter.index(0), 0}
                                                        : indices[lead + axis]);
  own.push_back(transposed ? column : row);
  own.push_back(transposed ? row : column);
  return own;
}

void emitPlainMatmul(RegionEmitter &emitter, graph::MatmulOp root) {
  RankedTensorType type = root.getType(), lhsType = root.getLhs().getType();
  graph::Extents lhs = graph::extentsOf(lhsType);
  AffineExpr depth = lhs[lhs.size() - (root.getTransposeLhs() ? 2 : 1)];
  Type element = RegionEmitter::computeType(type.getElementType());
  size_t rank = type.getRank();
  bool scalar = root.getTransposeRhs() || graph::constantOf(graph::extentsOf(type).back()) == 1;
  forEachPoint(
      emitter, type, emitter.resultLayout(0), 2.0 * graph::constantOf(depth).value_or(256),
      scalar ? Points::Single : Points::Lanes,
      [&](const Indices &indices, int64_t lanes, Value mask) {
        Value start = emitter.constant(element, 0, lanes);
        Value sum = emitter.loopCarry(
            emitter.index(0), emitter.extent(depth), 1, start,
            [&](Value k, ValueRange carried) -> SmallVector<Value> {
              Indices a = operandIndices(emitter, root.getLhs(), indices, root.getTransposeLhs(),
                                         indices[rank - 2], {k, 0});
              Indices b = operandIndices(emitter, root.getRhs(), indices, root.getTransposeRhs(),
                                         {k, 0}, indices[rank - 1]);
              auto of = [&](Value operand, const Indices &at) {
                Type from = cast<RankedTensorType>(operand.getType()).getElementType();
                return factor(emitter, emitter.evaluate(operand, at, lanes), from, start.getType());
              };
              return {multiplyAdd(emitter, of(root.getLhs(), a), of(root.getRhs(), b), carried[0])};
            })[0];
        emitter.newPoint();
        emitter.define(root.getResult(), sum);
        for (unsigned result = 0; result < emitter.source.getNumResults(); ++result)
          storeMoved(emitter, result, indices, lanes, mask);
      });
}

} // namespace mdc::lower
