// The value of a tensor at an index: loads, constants and the ops that only move elements.
#include "compiler/lower/Roots.h"

#include "dialects/graph/Integers.h"
#include "dialects/kernel/Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace mdc::lower {

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

static bool varies(const Indices &indices) {
  return llvm::any_of(indices, [](const LaneIndex &index) { return index.stride != 0; });
}

static bool same(const Indices &a, const Indices &b) {
  return llvm::equal(a, b, [](const LaneIndex &x, const LaneIndex &y) {
    return x.base == y.base && x.stride == y.stride;
  });
}

Value RegionEmitter::evaluate(Value tensor, const Indices &indices, int64_t lanes) {
  if (Value known = defined_.lookup(tensor))
    return known;
  for (const Cached &cached : cache_[tensor])
    if (cached.lanes == lanes && same(cached.indices, indices))
      return cached.value;
  Value value;
  if (lanes > 1 && !varies(indices))
    value = splat(evaluate(tensor, indices, 1), lanes);
  else if (isa<BlockArgument>(tensor))
    value = evaluateArgument(tensor, indices, lanes);
  else
    value = evaluateOp(tensor.getDefiningOp(), tensor, indices, lanes);
  cache_[tensor].push_back({indices, lanes, value});
  return value;
}

Value RegionEmitter::evaluateArgument(Value tensor, const Indices &indices, int64_t lanes) {
  RankedTensorType type = typeOf(tensor);
  Type element = type.getElementType();
  Value flat = buffer(argumentOperand(tensor), element);
  LaneIndex at = offset(type, argumentLayout(tensor), indices);
  if (lanes > 1 && at.stride != 0 && at.stride != 1)
    return lanewise(tensor, indices, lanes);
  Value value = load(flat, at, lanes);
  if (element.isInteger(1)) {
    Value zero = constant(builder.getI8Type(), 0, lanes);
    return arith::CmpIOp::create(builder, loc(), arith::CmpIPredicate::ne, value, zero);
  }
  Type compute = computeType(element);
  if (compute == storageType(element))
    return value;
  Type wide = lanes > 1 ? Type(VectorType::get({lanes}, compute)) : compute;
  return arith::ExtFOp::create(builder, loc(), wide, value);
}

// Lane by lane. Lanes past an axis' end take its last element, so that they stay in memory; their
// results are not stored.
Value RegionEmitter::lanewise(Value tensor, const Indices &indices, int64_t lanes) {
  RankedTensorType type = typeOf(tensor);
  graph::Extents extents = graph::extentsOf(type);
  Type element = computeType(type.getElementType());
  Value result = constant(element, 0, lanes);
  for (int64_t lane = 0; lane < lanes; ++lane) {
    Indices at = indices;
    for (auto [axis, own] : llvm::enumerate(at)) {
      if (own.stride == 0)
        continue;
      Value last = addConstant(extent(extents[axis]), -1);
      own.base = maximum(minimum(addConstant(own.base, lane * own.stride), last), index(0));
      own.stride = 0;
    }
    Value value = evaluate(tensor, at, 1);
    result = vector::InsertOp::create(builder, loc(), value, result, ArrayRef<int64_t>{lane});
  }
  return result;
}

Value RegionEmitter::evaluateOp(Operation *op, Value tensor, const Indices &indices,
                                int64_t lanes) {
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](graph::ConstantOp constant) { return evaluateConstant(constant, indices, lanes); })
      .Case([&](graph::ExtentsOp extents) { return evaluateExtents(extents, indices, lanes); })
      .Case([&](graph::IotaOp iota) { return evaluateIota(iota, indices, lanes); })
      .Case<graph::ReshapeOp, graph::TransposeOp, graph::BroadcastOp, graph::SliceOp>(
          [&](Operation *moved) { return evaluateMoved(moved, indices, lanes); })
      .Case([&](graph::PadOp pad) { return evaluatePad(pad, indices, lanes); })
      .Case<graph::GatherOp, graph::GatherElementsOp, graph::GatherNdOp>(
          [&](Operation *gather) { return evaluateGather(gather, indices, lanes); })
      .Case([&](graph::ResizeOp resize) { return evaluateResize(resize, indices, lanes); })
      .Default([&](Operation *) { return evaluateElementwise(op, indices, lanes); });
}

Value RegionEmitter::evaluateConstant(graph::ConstantOp op, const Indices &indices, int64_t lanes) {
  auto dense = cast<DenseElementsAttr>(op.getValue()); // fusion leaves only splats in a region
  Type element = computeType(op.getType().getElementType());
  if (isa<FloatType>(element)) {
    APFloat value = dense.getSplatValue<APFloat>();
    return constant(element, value.convertToDouble(), lanes);
  }
  APInt value = dense.getSplatValue<APInt>();
  TypedAttr attr = IntegerAttr::get(element, value);
  if (lanes > 1)
    attr = DenseElementsAttr::get(VectorType::get({lanes}, element), Attribute(attr));
  return arith::ConstantOp::create(builder, loc(), attr);
}

Value RegionEmitter::evaluateExtents(graph::ExtentsOp op, const Indices &indices, int64_t lanes) {
  if (lanes > 1)
    return lanewise(op.getResult(), indices, lanes);
  Value value = extent(op.getMap().getResult(0));
  for (unsigned i = 1; i < op.getMap().getNumResults(); ++i) {
    Value here =
        arith::CmpIOp::create(builder, loc(), arith::CmpIPredicate::eq, indices[0].base, index(i));
    value = arith::SelectOp::create(builder, loc(), here, extent(op.getMap().getResult(i)), value);
  }
  return arith::IndexCastOp::create(builder, loc(), op.getType().getElementType(), value);
}

Value RegionEmitter::evaluateIota(graph::IotaOp op, const Indices &indices, int64_t lanes) {
  Type element = computeType(op.getType().getElementType());
  const LaneIndex &along = indices[op.getAxis()];
  Type whole = isa<FloatType>(element) ? Type(builder.getI64Type()) : element;
  Value value = splat(arith::IndexCastOp::create(builder, loc(), whole, along.base), lanes);
  if (lanes > 1 && along.stride != 0) {
    SmallVector<Attribute> steps;
    for (int64_t lane = 0; lane < lanes; ++lane)
      steps.push_back(IntegerAttr::get(whole, lane * along.stride));
    auto type = VectorType::get({lanes}, whole);
    Value ramp = arith::ConstantOp::create(builder, loc(), DenseElementsAttr::get(type, steps));
    value = arith::AddIOp::create(builder, loc(), value, ramp);
  }
  if (whole == element)
    return value;
  Type wide = lanes > 1 ? Type(VectorType::get({lanes}, element)) : element;
  return arith::SIToFPOp::create(builder, loc(), wide, value);
}

Indices RegionEmitter::broadcastIndices(Value operand, Value result, const Indices &indices) {
  graph::Extents extents = graph::extentsOf(typeOf(operand)), to = graph::extentsOf(typeOf(result));
  size_t lead = to.size() - extents.size();
  Indices own(indices.begin() + lead, indices.end());
  for (auto [axis, extent] : llvm::enumerate(extents))
    if (extent != to[lead + axis])
      own[axis] = {index(0), 0};
  return own;
}

Value RegionEmitter::evaluateMoved(Operation *op, const Indices &indices, int64_t lanes) {
  Value input = op->getOperand(0);
  Indices own;
  if (auto reshape = dyn_cast<graph::ReshapeOp>(op)) {
    auto moved = reshapedIndices(*this, graph::extentsOf(reshape.getType()),
                                 graph::extentsOf(reshape.getInput().getType()), indices, lanes);
    if (!moved)
      return lanewise(op->getResult(0), indices, lanes);
    own = *moved;
  } else if (auto transpose = dyn_cast<graph::TransposeOp>(op)) {
    own.resize(indices.size());
    for (auto [result, axis] : llvm::enumerate(transpose.getPermutation()))
      own[axis] = indices[result];
  } else if (isa<graph::BroadcastOp>(op)) {
    own = broadcastIndices(input, op->getResult(0), indices);
  } else {
    auto slice = cast<graph::SliceOp>(op);
    for (auto [axis, lane] : llvm::enumerate(indices)) {
      int64_t step = slice.getSteps()[axis];
      Value start = extent(slice.getStarts().getResult(axis));
      own.push_back({add(start, mulConstant(lane.base, step)), lane.stride * step});
    }
  }
  return evaluate(input, own, lanes);
}

// Coordinate of the input that fills position `at` (which counts from the input's first element)
// outside constant mode.
static Value foldedCoordinate(RegionEmitter &emitter, graph::PadKind kind, Value at, Value extent) {
  Value last = emitter.addConstant(extent, -1), zero = emitter.index(0);
  OpBuilder &b = emitter.builder;
  if (kind == graph::PadKind::Edge)
    return emitter.minimum(emitter.maximum(at, zero), last);
  // Floor modulo by the period: the extent for wrap, twice the last coordinate for reflect.
  Value period = kind == graph::PadKind::Wrap
                     ? extent
                     : emitter.maximum(emitter.mulConstant(last, 2), emitter.index(1));
  Value rest = arith::RemSIOp::create(b, emitter.loc(), at, period);
  Value negative = arith::CmpIOp::create(b, emitter.loc(), arith::CmpIPredicate::slt, rest, zero);
  rest = arith::SelectOp::create(b, emitter.loc(), negative, emitter.add(rest, period), rest);
  return kind == graph::PadKind::Wrap ? rest : emitter.minimum(rest, emitter.sub(period, rest));
}

Value RegionEmitter::evaluatePad(graph::PadOp op, const Indices &indices, int64_t lanes) {
  graph::Extents extents = graph::extentsOf(op.getInput().getType());
  Indices own = indices;
  Value inside;
  for (auto [axis, lane] : llvm::enumerate(own)) {
    int64_t low = op.getLow()[axis], high = op.getHigh()[axis];
    if (low == 0 && high == 0)
      continue;
    if (lane.stride != 0)
      return lanewise(op.getResult(), indices, lanes);
    Value at = addConstant(lane.base, -low), end = extent(extents[axis]);
    if (op.getKind() != graph::PadKind::Constant) {
      lane.base = foldedCoordinate(*this, op.getKind(), at, end);
      continue;
    }
    // One unsigned comparison: negative coordinates are huge.
    Value fits = arith::CmpIOp::create(builder, loc(), arith::CmpIPredicate::ult, at, end);
    inside = inside ? Value(arith::AndIOp::create(builder, loc(), inside, fits)) : fits;
    lane.base = arith::SelectOp::create(builder, loc(), fits, at, index(0));
  }
  Value value = evaluate(op.getInput(), own, lanes);
  if (!inside)
    return value;
  Indices scalar;
  for (int64_t i = 0; i < op.getValue().getType().getRank(); ++i)
    scalar.push_back({index(0), 0});
  Value fill = splat(evaluate(op.getValue(), scalar, 1), lanes);
  return arith::SelectOp::create(builder, loc(), inside, value, fill);
}

Value RegionEmitter::checkedIndex(Value value, Value extent) {
  Value i = arith::IndexCastOp::create(builder, loc(), builder.getIndexType(), value);
  Value negative = arith::CmpIOp::create(builder, loc(), arith::CmpIPredicate::slt, i, index(0));
  Value wrapped = arith::SelectOp::create(builder, loc(), negative, add(i, extent), i);
  Value valid = arith::CmpIOp::create(builder, loc(), arith::CmpIPredicate::ult, wrapped, extent);
  Value yes = arith::ConstantOp::create(builder, loc(), builder.getBoolAttr(true));
  Value invalid = arith::XOrIOp::create(builder, loc(), valid, yes);
  auto report = scf::IfOp::create(builder, loc(), invalid, /*withElseRegion=*/false);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(report.thenBlock());
    kernel::IndexErrorOp::create(builder, loc(), i, extent);
  }
  return arith::SelectOp::create(builder, loc(), valid, wrapped, index(0));
}

Value RegionEmitter::evaluateGather(Operation *op, const Indices &indices, int64_t lanes) {
  Value data = op->getOperand(0), table = op->getOperand(1);
  graph::Extents extents = graph::extentsOf(typeOf(data));
  int64_t tableRank = typeOf(table).getRank();
  if (auto gather = dyn_cast<graph::GatherOp>(op)) {
    int64_t axis = gather.getAxis();
    Indices at(indices.begin() + axis, indices.begin() + axis + tableRank);
    if (varies(at))
      return lanewise(op->getResult(0), indices, lanes);
    Indices own(indices.begin(), indices.begin() + axis);
    own.push_back({checkedIndex(evaluate(table, at, 1), extent(extents[axis])), 0});
    own.append(indices.begin() + axis + tableRank, indices.end());
    return evaluate(data, own, lanes);
  }
  if (auto gather = dyn_cast<graph::GatherElementsOp>(op)) {
    if (varies(indices))
      return lanewise(op->getResult(0), indices, lanes);
    Indices own = indices;
    own[gather.getAxis()] = {
        checkedIndex(evaluate(table, indices, 1), extent(extents[gather.getAxis()])), 0};
    return evaluate(data, own, lanes);
  }
  auto gather = cast<graph::GatherNdOp>(op);
  int64_t batch = gather.getBatchDims(), tuple = typeOf(table).getDimSize(tableRank - 1);
  Indices at(indices.begin(), indices.begin() + tableRank - 1);
  if (varies(at))
    return lanewise(op->getResult(0), indices, lanes);
  Indices own(indices.begin(), indices.begin() + batch);
  for (int64_t i = 0; i < tuple; ++i) {
    Indices component = at;
    component.push_back({index(i), 0});
    own.push_back({checkedIndex(evaluate(table, component, 1), extent(extents[batch + i])), 0});
  }
  own.append(indices.begin() + tableRank - 1, indices.end());
  return evaluate(data, own, lanes);
}

} // namespace mdc::lower
