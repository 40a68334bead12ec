#include "compiler/lower/kernels/RowConv.h"

#include "compiler/lower/Machine.h"
#include "compiler/lower/Roots.h"
#include "compiler/lower/kernels/MultiplyAdd.h"
#include "dialects/graph/Shape.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <functional>

using namespace mlir;

namespace mdc::lower {

// Output channels whose sums are in registers together and share what is loaded of the input, at
// the most: of two AVX2 registers each, beside those of the input and a weight.
static constexpr int64_t kMostChannels = 6;

namespace {

class RowConvEmitter {
public:
  RowConvEmitter(RegionEmitter &emitter, graph::ConvOp root)
      : e(emitter), root(root), input(graph::extentsOf(root.getInput().getType())),
        spatial(input.size() - 2), flat(emitter.buffer(emitter.argumentOperand(root.getInput()),
                                                       emitter.builder.getF32Type())),
        kernel(root.getWeight().getType().getShape().drop_front(2)),
        outPerGroup(root.getWeight().getType().getDimSize(0) / root.getGroups()) {
    while (outPerGroup % channels != 0)
      --channels;
  }

  void emit();

private:
  void emitPoint(const Indices &indices, int64_t lanes, Value mask);
  Sums addColumn(const Indices &indices, Value firstChannel, Value tap, ValueRange sums);
  Sums addRows(Indices at, Indices weightAt, Value valid, ValueRange sums);
  Sums addTap(Value columns, const Indices &weightAt, ValueRange sums);
  Value columnsInside(Value first, int64_t step);
  Value loadColumns(const Indices &at, Value valid);

  RegionEmitter &e;
  graph::ConvOp root;
  graph::Extents input;
  size_t spatial;
  Value flat;
  ArrayRef<int64_t> kernel;
  int64_t outPerGroup;
  int64_t channels = kMostChannels; // of a group, that are computed together
};

} // namespace

void RowConvEmitter::emit() {
  double work = 2.0 * channels * root.getWeight().getType().getDimSize(1);
  for (int64_t taps : kernel)
    work *= taps;
  graph::Extents points = graph::extentsOf(root.getType());
  points[1] = points[1].floorDiv(channels);
  forEachPoint(e, graph::tensorOf(points, root.getType().getElementType()), e.resultLayout(0), work,
               Points::Lanes, [&](Indices indices, int64_t lanes, Value mask) {
                 indices[1].base = e.mulConstant(indices[1].base, channels);
                 emitPoint(indices, lanes, mask);
               });
}

void RowConvEmitter::emitPoint(const Indices &indices, int64_t lanes, Value mask) {
  RankedTensorType weight = root.getWeight().getType();
  Value group = e.floorDiv(indices[1].base, e.index(outPerGroup));
  Value firstChannel = e.mulConstant(group, weight.getDimSize(1));
  Sums sums;
  for (int64_t channel = 0; channel < channels; ++channel) {
    Value out = e.addConstant(indices[1].base, channel);
    sums.push_back(root.getBias() ? e.splat(e.evaluate(root.getBias(), {{out, 0}}, 1), lanes)
                                  : e.constant(e.builder.getF32Type(), 0, lanes));
  }
  sums =
      e.loopCarry(e.index(0), e.index(kernel.back()), 1, sums, [&](Value tap, ValueRange carried) {
        e.newPoint();
        return addColumn(indices, firstChannel, tap, carried);
      });
  for (int64_t channel = 0; channel < channels; ++channel) {
    Indices at = indices;
    at[1].base = e.addConstant(indices[1].base, channel);
    e.newPoint();
    e.define(root.getResult(), sums[channel]);
    e.storeResult(0, at, lanes, mask);
  }
}

/// All channels and rows under one column of the window: which lanes lie inside the input is the
/// same for all of them.
Sums RowConvEmitter::addColumn(const Indices &indices, Value firstChannel, Value tap,
                               ValueRange sums) {
  int64_t stride = root.getStrides().back();
  Value first =
      e.addConstant(e.mulConstant(indices.back().base, stride), -root.getPads()[spatial - 1]);
  first = e.add(first, e.mulConstant(tap, root.getDilations().back()));
  Value valid = columnsInside(first, stride);
  return e.loopCarry(e.index(0), e.index(root.getWeight().getType().getDimSize(1)), 1, sums,
                     [&](Value channel, ValueRange carried) {
                       Indices at = indices, weightAt = {{indices[1].base, 0}, {channel, 0}};
                       at[1] = {e.add(firstChannel, channel), 0};
                       at.back() = {first, stride};
                       weightAt.resize(2 + spatial, {tap, 0});
                       return addRows(at, weightAt, valid, carried);
                     });
}

/// Loops over the taps of all spatial axes but the last that fall inside the input.
Sums RowConvEmitter::addRows(Indices at, Indices weightAt, Value valid, ValueRange sums) {
  std::function<Sums(size_t, ValueRange)> loopOver = [&](size_t axis, ValueRange before) {
    if (axis + 1 == spatial)
      return addTap(loadColumns(at, valid), weightAt, before);
    WindowTaps taps =
        tapsAt(e, at[2 + axis].base, e.extent(input[2 + axis]), kernel[axis],
               root.getStrides()[axis], root.getPads()[axis], root.getDilations()[axis]);
    LaneIndex outer = at[2 + axis];
    Sums after = e.loopCarry(taps.low, taps.high, 1, before, [&](Value tap, ValueRange carried) {
      at[2 + axis] = {e.add(taps.origin, e.mulConstant(tap, root.getDilations()[axis])), 0};
      weightAt[2 + axis] = {tap, 0};
      return loopOver(axis + 1, carried);
    });
    at[2 + axis] = outer;
    return after;
  };
  return loopOver(0, sums);
}

Sums RowConvEmitter::addTap(Value columns, const Indices &weightAt, ValueRange sums) {
  Sums after;
  e.newPoint();
  for (auto [channel, sum] : llvm::enumerate(sums)) {
    Indices at = weightAt;
    at[0].base = e.addConstant(at[0].base, channel);
    Value weight = e.splat(e.evaluate(root.getWeight(), at, 1), kLanes);
    after.push_back(vector::FMAOp::create(e.builder, e.loc(), columns, weight, sum));
  }
  return after;
}

/// Lanes whose column, `step` apart from `first` on, is one of the input's.
Value RowConvEmitter::columnsInside(Value first, int64_t step) {
  OpBuilder &b = e.builder;
  SmallVector<int64_t> distances;
  for (int64_t lane = 0; lane < kLanes; ++lane)
    distances.push_back(lane * step);
  auto type = VectorType::get({kLanes}, b.getI64Type());
  auto spread = [&](Value index) -> Value {
    Value number = arith::IndexCastOp::create(b, e.loc(), b.getI64Type(), index);
    return vector::BroadcastOp::create(b, e.loc(), type, number);
  };
  Value lanes =
      arith::ConstantOp::create(b, e.loc(), DenseElementsAttr::get(type, ArrayRef(distances)));
  Value columns = arith::AddIOp::create(b, e.loc(), spread(first), lanes);
  // One unsigned comparison: negative columns are huge.
  return arith::CmpIOp::create(b, e.loc(), arith::CmpIPredicate::ult, columns,
                               spread(e.extent(input.back())));
}

Value RowConvEmitter::loadColumns(const Indices &at, Value valid) {
  OpBuilder &b = e.builder;
  auto type = VectorType::get({kLanes}, b.getF32Type());
  Value zeros = e.constant(b.getF32Type(), 0, kLanes);
  LaneIndex place = e.offset(root.getInput().getType(), e.argumentLayout(root.getInput()), at);
  if (place.stride == 1)
    return vector::MaskedLoadOp::create(b, e.loc(), type, flat, ValueRange{place.base}, valid,
                                        zeros);
  SmallVector<int64_t> distances;
  for (int64_t lane = 0; lane < kLanes; ++lane)
    distances.push_back(lane * place.stride);
  auto indexType = VectorType::get({kLanes}, b.getI64Type());
  Value indices =
      arith::ConstantOp::create(b, e.loc(), DenseElementsAttr::get(indexType, ArrayRef(distances)));
  return vector::GatherOp::create(b, e.loc(), type, flat, ValueRange{place.base}, indices, valid,
                                  zeros);
}

static bool isPlainF32(RegionEmitter &emitter, Value operand) {
  return isa<BlockArgument>(operand) &&
         cast<RankedTensorType>(operand.getType()).getElementType().isF32() &&
         emitter.argumentLayout(operand).rowMajor();
}

LogicalResult emitRowConv(RegionEmitter &emitter, graph::ConvOp root) {
  graph::Extents result = graph::extentsOf(root.getType());
  if (!isPlainF32(emitter, root.getInput()) || !isPlainF32(emitter, root.getWeight()) ||
      emitter.resultLayout(0).channelBlock != 1 || emitter.source.getNumResults() != 1 ||
      laneAxisOf(result) != int64_t(result.size()) - 1)
    return failure();
  RowConvEmitter(emitter, root).emit();
  return success();
}

} // namespace mdc::lower
