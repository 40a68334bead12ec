// Roots that combine elements along axes.
#include "compiler/lower/Reduction.h"
#include "compiler/lower/Roots.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

bool reducesAlongLanes(RegionEmitter &emitter, ArrayRef<int64_t> axes,
                       const graph::Extents &extents) {
  for (Value argument : emitter.source.getArguments())
    if (emitter.argumentLayout(argument).channelBlock > 1)
      return false;
  int64_t last = (int64_t)extents.size() - 1;
  while (last > 0 && graph::constantOf(extents[last]) == 1)
    --last;
  return llvm::is_contained(axes, last);
}

// Loops over `axes` in order, carrying values; `body` gets the indices with these axes set.
static SmallVector<Value> nest(RegionEmitter &emitter, ArrayRef<int64_t> axes,
                               const graph::Extents &extents, Indices indices, ValueRange start,
                               CarryBody body) {
  if (axes.empty())
    return body(indices, start, Value());
  return emitter.loopCarry(emitter.index(0), emitter.extent(extents[axes[0]]), 1, start,
                           [&](Value at, ValueRange carried) {
                             indices[axes[0]] = {at, 0};
                             return nest(emitter, axes.drop_front(), extents, indices, carried,
                                         body);
                           });
}

SmallVector<Value> reduceAcross(RegionEmitter &emitter, ArrayRef<int64_t> axes,
                                const graph::Extents &extents, const Indices &indices,
                                ValueRange start, CarryBody body) {
  return nest(emitter, axes, extents, indices, start, body);
}

SmallVector<Value> reduceAlong(RegionEmitter &emitter, ArrayRef<int64_t> axes,
                               const graph::Extents &extents, const Indices &indices, int64_t lanes,
                               ValueRange start, CarryBody body) {
  int64_t lane = axes.back();
  while (graph::constantOf(extents[lane]) == 1 && llvm::is_contained(axes, lane - 1))
    --lane;
  SmallVector<int64_t> outer;
  for (int64_t axis : axes)
    if (axis < lane)
      outer.push_back(axis);
  return nest(emitter, outer, extents, indices, start,
              [&](const Indices &at, ValueRange carried, Value) -> SmallVector<Value> {
                Value length = emitter.extent(extents[lane]);
                if (emitter.machine.isGpu)
                  return emitter.loopCarry(
                      emitter.groupThread(), emitter.extent(extents[lane].floorDiv(lanes)),
                      kGroupThreads, carried, [&](Value run, ValueRange inner) {
                        Indices mine = at;
                        mine[lane] = {emitter.mulConstant(run, lanes), lanes > 1 ? 1 : 0};
                        return body(mine, inner, Value());
                      });
                Value rest = emitter.remainder(length, emitter.index(kLanes));
                Value middle = emitter.sub(length, rest);
                Indices here = at;
                SmallVector<Value> values = emitter.loopCarry(
                    emitter.index(0), middle, kLanes, carried, [&](Value i, ValueRange inner) {
                      here[lane] = {i, 1};
                      return body(here, inner, Value());
                    });
                // At most one round: a ragged end.
                return emitter.loopCarry(middle, length, kLanes, values,
                                         [&](Value i, ValueRange inner) {
                                           here[lane] = {i, 1};
                                           return body(here, inner, emitter.laneMask(rest, kLanes));
                                         });
              });
}

Value countOf(RegionEmitter &emitter, ArrayRef<int64_t> axes, const graph::Extents &extents,
              Type element, int64_t lanes) {
  Value count = emitter.index(1);
  for (int64_t axis : axes)
    count = emitter.mul(count, emitter.extent(extents[axis]));
  OpBuilder &b = emitter.builder;
  Value integer = arith::IndexCastOp::create(
      b, emitter.loc(), isa<FloatType>(element) ? Type(b.getI64Type()) : element, count);
  if (isa<FloatType>(element))
    integer = arith::SIToFPOp::create(b, emitter.loc(), element, integer);
  return emitter.splat(integer, lanes);
}

static Value divideByCount(RegionEmitter &emitter, Value sum, Value count, bool isUnsigned) {
  if (isa<FloatType>(getElementTypeOrSelf(sum.getType())))
    return arith::DivFOp::create(emitter.builder, emitter.loc(), sum, count);
  // The mean of no integers is 0; dividing by 0 would stop the process.
  int64_t lanes =
      isa<VectorType>(sum.getType()) ? cast<VectorType>(sum.getType()).getDimSize(0) : 1;
  Value one = emitter.constant(getElementTypeOrSelf(sum.getType()), 1, lanes);
  OpBuilder &b = emitter.builder;
  Value divisor = arith::MaxUIOp::create(b, emitter.loc(), count, one);
  if (isUnsigned)
    return arith::DivUIOp::create(b, emitter.loc(), sum, divisor);
  return arith::DivSIOp::create(b, emitter.loc(), sum, divisor);
}

namespace {
// Elements along an axis that stays, which lie side by side, of which a thread reduces `lanes`.
struct Shared {
  unsigned axis;
  int64_t lanes;
};
} // namespace

// Channels that lie last, over pixels.
static std::optional<Shared> sharedChannels(RegionEmitter &emitter, graph::ReduceOp root) {
  if (root.getType().getRank() < 3) // no layout but row-major
    return std::nullopt;
  int64_t channels = root.getType().getDimSize(1), lanes = 0;
  for (Value argument : emitter.source.getArguments())
    if (emitter.argumentLayout(argument).channelBlock > 1)
      lanes = std::max(lanes,
                       vectorElements(cast<RankedTensorType>(argument.getType()).getElementType()));
  while (lanes > 1 && channels % lanes != 0)
    lanes /= 2;
  if (lanes == 0 || llvm::is_contained(root.getAxes(), 1))
    return std::nullopt;
  return Shared{1, lanes};
}

// Columns of what is row-major, unless they are threads enough alone.
static std::optional<Shared> sharedColumns(RegionEmitter &emitter, graph::ReduceOp root) {
  constexpr int64_t enoughColumns = 1 << 16;
  auto columns =
      graph::constantOf(graph::elementCount(graph::extentsOf(root.getType()), root.getContext()));
  unsigned last = root.getType().getRank() - 1;
  int64_t lanes = columnRun(emitter, root.getInput());
  if (lanes == 1 || llvm::is_contained(root.getAxes(), last) ||
      columns.value_or(0) >= enoughColumns)
    return std::nullopt;
  return Shared{last, lanes};
}

// On a GPU, what a group of threads reduces together where much is reduced.
static std::optional<Shared> sharedBy(RegionEmitter &emitter, graph::ReduceOp root) {
  ArrayRef<int64_t> shape = root.getInput().getType().getShape();
  int64_t reduced = 1;
  for (int64_t axis : root.getAxes())
    reduced *= ShapedType::isDynamic(shape[axis]) ? kGroupThreads : shape[axis];
  if (!emitter.machine.isGpu || reduced < kGroupThreads)
    return std::nullopt;
  auto channels = sharedChannels(emitter, root);
  return channels ? channels : sharedColumns(emitter, root);
}

// Threads of a group take turns along all reduced axes as one.
static Value reduceShared(RegionEmitter &emitter, graph::ReduceOp root, Indices indices,
                          int64_t lanes) {
  Type element = RegionEmitter::computeType(root.getInput().getType().getElementType());
  graph::Extents extents = graph::extentsOf(root.getInput().getType());
  SmallVector<Value> counts;
  Value reduced = emitter.index(1);
  for (int64_t axis : root.getAxes()) {
    counts.push_back(emitter.extent(extents[axis]));
    reduced = emitter.mul(reduced, counts.back());
  }
  auto add = [&](Value number, ValueRange carried) -> SmallVector<Value> {
    for (auto [axis, at] : llvm::zip(root.getAxes(), emitter.unflatten(number, counts)))
      indices[axis] = {at, 0};
    Value value = emitter.evaluate(root.getInput(), indices, lanes);
    return {emitter.combine(root.getKind(), carried[0], value)};
  };
  Value start = emitter.neutral(root.getKind(), element, lanes);
  Value own = emitter.loopCarry(emitter.groupThread(), reduced, kGroupThreads, start, add)[0];
  return emitter.reduceGroup(root.getKind(), own);
}

static void storeReduced(RegionEmitter &emitter, graph::ReduceOp root, Value result,
                         const Indices &indices, int64_t lanes, Value mask) {
  RankedTensorType type = root.getInput().getType();
  Type element = RegionEmitter::computeType(type.getElementType());
  if (root.getKind() == graph::ReduceKind::Mean)
    result = divideByCount(emitter, result,
                           countOf(emitter, root.getAxes(), graph::extentsOf(type), element, lanes),
                           type.getElementType().isUnsignedInteger());
  emitter.newPoint();
  emitter.define(root.getResult(), result);
  emitter.storeResult(0, indices, lanes, mask);
}

static void emitShared(RegionEmitter &emitter, graph::ReduceOp root, Shared shared) {
  SmallVector<Value> counts;
  Value groups = emitter.index(1);
  for (auto [axis, extent] : llvm::enumerate(graph::extentsOf(root.getType()))) {
    counts.push_back(emitter.extent(axis == shared.axis ? extent.floorDiv(shared.lanes) : extent));
    groups = emitter.mul(groups, counts.back());
  }
  emitter.parallelGroups(groups, workOf(emitter), [&](Value group) {
    Indices indices;
    for (Value coordinate : emitter.unflatten(group, counts))
      indices.push_back({coordinate, 0});
    LaneIndex &along = indices[shared.axis];
    along = {emitter.mulConstant(along.base, shared.lanes), shared.lanes > 1 ? 1 : 0};
    Value sum = reduceShared(emitter, root, indices, shared.lanes);
    storeReduced(emitter, root, sum, indices, shared.lanes, Value());
  });
}

void emitReduce(RegionEmitter &emitter, graph::ReduceOp root) {
  RankedTensorType inputType = root.getInput().getType(), type = root.getType();
  graph::Extents extents = graph::extentsOf(inputType);
  Type element = RegionEmitter::computeType(inputType.getElementType());
  emitter.reduceAsUnsigned(inputType.getElementType().isUnsignedInteger());
  if (auto shared = sharedBy(emitter, root))
    return emitShared(emitter, root, *shared);
  ArrayRef<int64_t> axes = root.getAxes();
  graph::ReduceKind kind = root.getKind();
  bool along = reducesAlongLanes(emitter, axes, extents);
  double work = workOf(emitter);
  for (int64_t axis : axes)
    work *= graph::constantOf(extents[axis]).value_or(64);
  forEachPoint(
      emitter, type, emitter.resultLayout(0), along ? work / kLanes : work,
      along ? Points::Rows : Points::Lanes, [&](const Indices &indices, int64_t lanes, Value mask) {
        int64_t width = along ? rowLanes(emitter, root.getInput(), /*storesRows=*/false) : lanes;
        auto step = [&](const Indices &at, ValueRange carried, Value valid) -> SmallVector<Value> {
          Value value = emitter.evaluate(root.getInput(), at, width);
          if (valid)
            value = arith::SelectOp::create(emitter.builder, emitter.loc(), valid, value,
                                            emitter.neutral(kind, element, width));
          return {emitter.combine(kind, carried[0], value)};
        };
        Value start = emitter.neutral(kind, element, width);
        Value result = along ? reduceAlong(emitter, axes, extents, indices, width, start, step)[0]
                             : reduceAcross(emitter, axes, extents, indices, start, step)[0];
        if (along)
          result = emitter.reduceLanes(kind, result);
        storeReduced(emitter, root, result, indices, lanes, mask);
      });
}

void emitArgReduce(RegionEmitter &emitter, graph::ArgReduceOp root) {
  RankedTensorType inputType = root.getInput().getType();
  graph::Extents extents = graph::extentsOf(inputType);
  Type element = RegionEmitter::computeType(inputType.getElementType());
  bool isFloat = isa<FloatType>(element), isMax = root.getKind() == graph::ReduceKind::Max;
  bool isUnsigned = inputType.getElementType().isUnsignedInteger();
  bool last = root.getSelectLast();
  OpBuilder &b = emitter.builder;
  int64_t axis = root.getAxis();
  forEachPoint(
      emitter, root.getType(), emitter.resultLayout(0),
      graph::constantOf(extents[axis]).value_or(64), Points::Single,
      [&](const Indices &indices, int64_t lanes, Value mask) {
        Value first = emitter.evaluate(root.getInput(), indices, 1);
        auto better = [&](Value value, Value best) -> Value {
          if (isFloat) {
            auto strict = isMax ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT;
            auto loose = isMax ? arith::CmpFPredicate::OGE : arith::CmpFPredicate::OLE;
            return arith::CmpFOp::create(b, emitter.loc(), last ? loose : strict, value, best);
          }
          using P = arith::CmpIPredicate;
          P strict = isUnsigned ? (isMax ? P::ugt : P::ult) : (isMax ? P::sgt : P::slt);
          P loose = isUnsigned ? (isMax ? P::uge : P::ule) : (isMax ? P::sge : P::sle);
          return arith::CmpIOp::create(b, emitter.loc(), last ? loose : strict, value, best);
        };
        SmallVector<Value> found = emitter.loopCarry(
            emitter.index(1), emitter.extent(extents[axis]), 1, {first, emitter.index(0)},
            [&](Value i, ValueRange best) -> SmallVector<Value> {
              Indices at = indices;
              at[axis] = {i, 0};
              Value value = emitter.evaluate(root.getInput(), at, 1);
              Value wins = better(value, best[0]);
              return {arith::SelectOp::create(b, emitter.loc(), wins, value, best[0]),
                      arith::SelectOp::create(b, emitter.loc(), wins, i, best[1])};
            });
        emitter.newPoint();
        emitter.define(root.getResult(),
                       arith::IndexCastOp::create(b, emitter.loc(), b.getI64Type(), found[1]));
        emitter.storeResult(0, indices, lanes, mask);
      });
}

void emitCumSum(RegionEmitter &emitter, graph::CumSumOp root) {
  RankedTensorType type = root.getType();
  graph::Extents extents = graph::extentsOf(type);
  Type element = RegionEmitter::computeType(type.getElementType());
  int64_t axis = root.getAxis();
  AffineExpr length = extents[axis];
  extents[axis] = getAffineConstantExpr(1, type.getContext());
  RankedTensorType lines = graph::tensorOf(extents, type.getElementType());
  bool last = axis >= laneAxisOf(graph::extentsOf(type));
  forEachPoint(emitter, lines, emitter.resultLayout(0), graph::constantOf(length).value_or(64),
               last ? Points::Single : Points::Lanes,
               [&](const Indices &indices, int64_t lanes, Value mask) {
                 Value zero = emitter.constant(element, 0, lanes);
                 emitter.loopCarry(
                     emitter.index(0), emitter.extent(length), 1, zero,
                     [&](Value i, ValueRange sum) -> SmallVector<Value> {
                       Indices at = indices;
                       at[axis] = {
                           root.getReverse()
                               ? emitter.addConstant(emitter.sub(emitter.extent(length), i), -1)
                               : i,
                           0};
                       Value value = emitter.evaluate(root.getInput(), at, lanes);
                       Value next = emitter.combine(graph::ReduceKind::Sum, sum[0], value);
                       emitter.newPoint();
                       emitter.define(root.getResult(), root.getExclusive() ? sum[0] : next);
                       emitter.storeResult(0, at, lanes, mask);
                       return {next};
                     });
               });
}

} // namespace mdc::lower
