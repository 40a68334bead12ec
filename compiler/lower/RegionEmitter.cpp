#include "compiler/lower/RegionEmitter.h"

#include "compiler/lower/Packing.h"
#include "dialects/kernel/Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace mdc::lower {

static Layout layoutIn(DictionaryAttr attributes) {
  auto text = attributes ? attributes.getAs<StringAttr>("graph.layout") : StringAttr();
  return parseLayout(text ? text.getValue() : "");
}
Layout layoutOfArgument(func::FuncOp region, unsigned number) {
  return layoutIn(region.getArgAttrDict(number));
}
Layout layoutOfResult(func::FuncOp region, unsigned number) {
  return layoutIn(region.getResultAttrDict(number));
}

RegionEmitter::RegionEmitter(func::FuncOp source, func::FuncOp target, const Machine &machine)
    : builder(target.getContext()), machine(machine), source(source), location_(target.getLoc()),
      target_(target) {
  for (unsigned i = 0; i < source.getNumArguments(); ++i)
    layouts_.push_back(layoutOfArgument(source, i));
  resultCount_ = source.getNumResults();
  for (unsigned i = 0; i < resultCount_; ++i)
    layouts_.push_back(layoutOfResult(source, i));
  Block *entry = target.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  // Prologue values go before this marker, all other code behind it.
  auto marker = arith::ConstantIndexOp::create(builder, location_, 0);
  prologueEnd_ = marker;
  indexConstants_[0] = marker;
  auto end = func::ReturnOp::create(builder, location_);
  builder.setInsertionPoint(end);
}

//===- numbers --------------------------------------------------------------------------------===//

Value RegionEmitter::prologue(llvm::function_ref<Value(OpBuilder &)> make) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(prologueEnd_);
  return make(builder);
}

Value RegionEmitter::index(int64_t value) {
  Value &known = indexConstants_[value];
  if (!known) {
    Value made =
        prologue([&](OpBuilder &b) { return arith::ConstantIndexOp::create(b, location_, value); });
    indexConstants_[value] = made;
    return made;
  }
  return known;
}

Value RegionEmitter::extent(AffineExpr expr) {
  if (auto fixed = graph::constantOf(expr))
    return index(*fixed);
  if (Value known = extents_.lookup(expr))
    return known;
  Value made;
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr)) {
    made = prologue([&](OpBuilder &b) {
      return kernel::ExtentOp::create(b, location_, b.getIndexType(), symbol.getPosition());
    });
  } else {
    auto binary = cast<AffineBinaryOpExpr>(expr);
    Value lhs = extent(binary.getLHS()), rhs = extent(binary.getRHS());
    made = prologue([&](OpBuilder &b) -> Value {
      switch (expr.getKind()) {
      case AffineExprKind::Add:
        return b.createOrFold<arith::AddIOp>(location_, lhs, rhs);
      case AffineExprKind::Mul:
        return b.createOrFold<arith::MulIOp>(location_, lhs, rhs);
      case AffineExprKind::FloorDiv: // extents are not negative
        return b.createOrFold<arith::DivSIOp>(location_, lhs, rhs);
      case AffineExprKind::CeilDiv: {
        Value one = arith::ConstantIndexOp::create(b, location_, 1);
        Value sum = b.createOrFold<arith::AddIOp>(location_, lhs, rhs);
        return b.createOrFold<arith::DivSIOp>(
            location_, b.createOrFold<arith::SubIOp>(location_, sum, one), rhs);
      }
      default:
        return b.createOrFold<arith::RemSIOp>(location_, lhs, rhs);
      }
    });
  }
  return extents_[expr] = made;
}

static std::optional<int64_t> constantIndex(Value value) {
  APInt constant;
  if (value && matchPattern(value, m_ConstantInt(&constant)))
    return constant.getSExtValue();
  return std::nullopt;
}

Value RegionEmitter::add(Value a, Value b) {
  auto x = constantIndex(a), y = constantIndex(b);
  if (x && y)
    return index(*x + *y);
  if (x == 0)
    return b;
  if (y == 0)
    return a;
  return arith::AddIOp::create(builder, location_, a, b);
}

Value RegionEmitter::mul(Value a, Value b) {
  auto x = constantIndex(a), y = constantIndex(b);
  if (x && y)
    return index(*x * *y);
  if (x == 0 || y == 0)
    return index(0);
  if (x == 1)
    return b;
  if (y == 1)
    return a;
  return arith::MulIOp::create(builder, location_, a, b);
}

Value RegionEmitter::sub(Value a, Value b) {
  auto x = constantIndex(a), y = constantIndex(b);
  if (x && y)
    return index(*x - *y);
  if (y == 0)
    return a;
  return arith::SubIOp::create(builder, location_, a, b);
}

Value RegionEmitter::addConstant(Value a, int64_t b) { return b == 0 ? a : add(a, index(b)); }
Value RegionEmitter::mulConstant(Value a, int64_t b) { return mul(a, index(b)); }

Value RegionEmitter::floorDiv(Value a, Value b) {
  auto x = constantIndex(a), y = constantIndex(b);
  if (x && y)
    return index(*x / *y);
  if (y == 1)
    return a;
  return arith::DivUIOp::create(builder, location_, a, b);
}

Value RegionEmitter::remainder(Value a, Value b) {
  auto x = constantIndex(a), y = constantIndex(b);
  if (x && y)
    return index(*x % *y);
  if (y == 1)
    return index(0);
  return arith::RemUIOp::create(builder, location_, a, b);
}

Value RegionEmitter::minimum(Value a, Value b) {
  auto x = constantIndex(a), y = constantIndex(b);
  if (x && y)
    return index(std::min(*x, *y));
  return arith::MinSIOp::create(builder, location_, a, b);
}

Value RegionEmitter::maximum(Value a, Value b) {
  auto x = constantIndex(a), y = constantIndex(b);
  if (x && y)
    return index(std::max(*x, *y));
  return arith::MaxSIOp::create(builder, location_, a, b);
}

//===- memory ---------------------------------------------------------------------------------===//

Type RegionEmitter::storageType(Type element) {
  if (element.isInteger(1))
    return IntegerType::get(element.getContext(), 8);
  if (auto integer = dyn_cast<IntegerType>(element); integer && !integer.isSignless())
    return IntegerType::get(element.getContext(), integer.getWidth());
  return element;
}

Type RegionEmitter::computeType(Type element) {
  if (element.isF16() || element.isBF16())
    return Float32Type::get(element.getContext());
  if (auto integer = dyn_cast<IntegerType>(element); integer && !integer.isSignless())
    return IntegerType::get(element.getContext(), integer.getWidth());
  return element;
}

Value RegionEmitter::buffer(unsigned operand, Type element) {
  Type stored = storageType(element);
  Value known = buffers_.lookup({operand, stored});
  if (known)
    return known;
  Value made = prologue([&](OpBuilder &b) -> Value {
    return kernel::OperandOp::create(b, location_, MemRefType::get({ShapedType::kDynamic}, stored),
                                     operand);
  });
  return buffers_[{operand, stored}] = made;
}

unsigned RegionEmitter::argumentOperand(Value argument) const {
  return cast<BlockArgument>(argument).getArgNumber();
}
unsigned RegionEmitter::resultOperand(unsigned result) const {
  return layouts_.size() - resultCount_ + result;
}
unsigned RegionEmitter::scratch(int64_t bytes) {
  scratchBytes_.push_back(bytes);
  return layouts_.size() + scratchBytes_.size() - 1;
}
const Layout &RegionEmitter::argumentLayout(Value argument) const {
  return layouts_[argumentOperand(argument)];
}
const Layout &RegionEmitter::resultLayout(unsigned result) const {
  return layouts_[resultOperand(result)];
}
Value RegionEmitter::yielded(unsigned number) {
  return source.getBody().front().getTerminator()->getOperand(number);
}

// Distance in elements between neighbours along each axis, as expressions; axis 1 of a blocked
// layout is handled apart.
static SmallVector<AffineExpr> physicalStrides(const graph::Extents &extents, const Layout &layout,
                                               MLIRContext *context) {
  SmallVector<AffineExpr> strides(extents.size());
  bool blocked = layout.channelBlock > 1 && extents.size() >= 2;
  AffineExpr stride = getAffineConstantExpr(blocked ? layout.channelBlock : 1, context);
  for (int64_t axis = extents.size() - 1; axis >= 0; --axis) {
    strides[axis] = stride;
    AffineExpr extent = extents[axis];
    if (blocked && axis == 1)
      extent = extent.ceilDiv(layout.channelBlock); // stride of axis 1: from block to block
    if (axis >= 2 && axis - 2 < (int64_t)layout.borderLow.size())
      extent = extent + (layout.borderLow[axis - 2] + layout.borderHigh[axis - 2]);
    stride = stride * extent;
  }
  return strides;
}

LaneIndex RegionEmitter::offset(RankedTensorType type, const Layout &layout,
                                const Indices &indices) {
  graph::Extents extents = graph::extentsOf(type);
  SmallVector<AffineExpr> strides = physicalStrides(extents, layout, type.getContext());
  if (auto packed = packedStrides(type, layout.packing))
    for (auto [stride, fixed] : llvm::zip(strides, *packed))
      stride = getAffineConstantExpr(fixed, type.getContext());
  LaneIndex result{index(0), 0};
  for (auto [axis, lane] : llvm::enumerate(indices)) {
    Value base = lane.base;
    if (axis >= 2 && axis - 2 < layout.borderLow.size())
      base = addConstant(base, layout.borderLow[axis - 2]);
    auto fixedExtent = graph::constantOf(extents[axis]);
    if (layout.channelBlock > 1 && axis == 1 && fixedExtent &&
        *fixedExtent <= layout.channelBlock) {
      result.base = add(result.base, base); // one block
      result.stride += lane.stride;
      continue;
    }
    if (layout.channelBlock > 1 && axis == 1) {
      Value block = index(layout.channelBlock);
      Value inner = remainder(base, block);
      result.base = add(result.base, add(mul(floorDiv(base, block), extent(strides[1])), inner));
      result.stride += lane.stride; // lanes stay inside one block
      continue;
    }
    result.base = add(result.base, mul(base, extent(strides[axis])));
    if (lane.stride != 0) {
      auto fixed =
          graph::constantOf(graph::extentMap({strides[axis]}, type.getContext()).getResult(0));
      result.stride = fixed ? result.stride + lane.stride * *fixed : ShapedType::kDynamic;
    }
  }
  return result;
}

Value RegionEmitter::splat(Value scalar, int64_t lanes) {
  if (lanes == 1 || isa<VectorType>(scalar.getType()))
    return scalar;
  return vector::BroadcastOp::create(builder, location_, VectorType::get({lanes}, scalar.getType()),
                                     scalar);
}

// Of a vector access: a thread's run of elements on a GPU begins at a multiple of its length, or of
// the largest access.
static llvm::MaybeAlign runAlignment(const Machine &machine, Type element, int64_t lanes) {
  if (!machine.isGpu)
    return {};
  return llvm::Align(std::min(kVectorBytes, int64_t(lanes * element.getIntOrFloatBitWidth() / 8)));
}

Value RegionEmitter::load(Value flat, LaneIndex offset, int64_t lanes) {
  Type element = cast<MemRefType>(flat.getType()).getElementType();
  if (lanes == 1 || offset.stride == 0)
    return splat(memref::LoadOp::create(builder, location_, flat, ValueRange{offset.base}), lanes);
  return vector::LoadOp::create(builder, location_, VectorType::get({lanes}, element), flat,
                                ValueRange{offset.base}, /*nontemporal=*/false,
                                runAlignment(machine, element, lanes));
}

Value RegionEmitter::laneMask(Value count, int64_t lanes) {
  return vector::CreateMaskOp::create(
      builder, location_, VectorType::get({lanes}, builder.getI1Type()), ValueRange{count});
}

Value RegionEmitter::constant(Type element, double value, int64_t lanes) {
  TypedAttr attr;
  if (auto type = dyn_cast<FloatType>(element))
    attr = FloatAttr::get(type, value);
  else
    attr = IntegerAttr::get(element, (int64_t)value);
  if (lanes > 1)
    attr = DenseElementsAttr::get(VectorType::get({lanes}, element), Attribute(attr));
  return arith::ConstantOp::create(builder, location_, attr);
}

void RegionEmitter::define(Value tensor, Value value) { defined_[tensor] = value; }

void RegionEmitter::storeResult(unsigned number, const Indices &indices, int64_t lanes,
                                Value mask) {
  store(number, indices, evaluate(yielded(number), indices, lanes), lanes, mask);
}

// A mask of the first lane alone, known as such.
static bool isOneLane(Value mask) {
  auto create = mask ? mask.getDefiningOp<vector::CreateMaskOp>() : vector::CreateMaskOp();
  return create && constantIndex(create.getOperand(0)) == 1;
}

void RegionEmitter::store(unsigned number, const Indices &indices, Value value, int64_t lanes,
                          Value mask) {
  auto type = cast<RankedTensorType>(yielded(number).getType());
  Type element = type.getElementType(), stored = storageType(element);
  Value flat = buffer(resultOperand(number), element);
  Type wanted = lanes > 1 ? Type(VectorType::get({lanes}, stored)) : stored;
  if (element.isInteger(1))
    value = arith::ExtUIOp::create(builder, location_, wanted, value);
  else if (value.getType() != wanted)
    value = arith::TruncFOp::create(builder, location_, wanted, value);
  LaneIndex at = offset(type, resultLayout(number), indices);
  if (machine.isGpu && lanes > 1 && at.stride != 1)
    return storeApart(number, indices, value, lanes);
  // LLVM 22 makes a masked store of a vector truncated to bytes, with one lane left, a store of the
  // four bytes that they were truncated from.
  if (isOneLane(mask))
    value = vector::ExtractOp::create(builder, location_, value, ArrayRef<int64_t>{0});
  if (lanes == 1 || isOneLane(mask))
    memref::StoreOp::create(builder, location_, value, flat, ValueRange{at.base});
  else if (mask)
    vector::MaskedStoreOp::create(builder, location_, flat, ValueRange{at.base}, mask, value);
  else
    vector::StoreOp::create(builder, location_, value, flat, ValueRange{at.base},
                            /*nontemporal=*/false, runAlignment(machine, stored, lanes));
}

void RegionEmitter::storeApart(unsigned number, const Indices &indices, Value value,
                               int64_t lanes) {
  auto type = cast<RankedTensorType>(yielded(number).getType());
  graph::Extents extents = graph::extentsOf(type);
  Value flat = buffer(resultOperand(number), type.getElementType());
  for (int64_t lane = 0; lane < lanes; ++lane) {
    OpBuilder::InsertionGuard guard(builder);
    Indices at = indices;
    for (auto [axis, own] : llvm::enumerate(at)) {
      if (own.stride == 0)
        continue;
      own = {addConstant(own.base, lane * own.stride), 0};
      auto fixed = graph::constantOf(extents[axis]);
      if (fixed && *fixed % lanes == 0)
        continue;
      Value inside = arith::CmpIOp::create(builder, location_, arith::CmpIPredicate::ult, own.base,
                                           extent(extents[axis]));
      auto store = scf::IfOp::create(builder, location_, inside, /*withElseRegion=*/false);
      builder.setInsertionPointToStart(store.thenBlock());
    }
    Value element = vector::ExtractOp::create(builder, location_, value, ArrayRef<int64_t>{lane});
    Value place = offset(type, resultLayout(number), at).base;
    memref::StoreOp::create(builder, location_, element, flat, ValueRange{place});
  }
}

Value RegionEmitter::reload(unsigned number, const Indices &indices, int64_t lanes) {
  auto type = cast<RankedTensorType>(yielded(number).getType());
  Value flat = buffer(resultOperand(number), type.getElementType());
  return load(flat, offset(type, resultLayout(number), indices), lanes);
}

//===- loops ----------------------------------------------------------------------------------===//

void RegionEmitter::loop(Value low, Value high, int64_t step,
                         llvm::function_ref<void(Value)> body) {
  auto from = constantIndex(low), to = constantIndex(high);
  if (from && to && *to - *from <= step) {
    if (*to > *from)
      body(low);
    return;
  }
  auto loop = scf::ForOp::create(builder, location_, low, high, index(step));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  newPoint();
  body(loop.getInductionVar());
  newPoint();
}

SmallVector<Value>
RegionEmitter::loopCarry(Value low, Value high, int64_t step, ValueRange start,
                         llvm::function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  if (start.empty()) {
    loop(low, high, step, [&](Value at) { body(at, {}); });
    return {};
  }
  auto loop = scf::ForOp::create(builder, location_, low, high, index(step), start);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  newPoint();
  SmallVector<Value> next = body(loop.getInductionVar(), loop.getRegionIterArgs());
  scf::YieldOp::create(builder, location_, next);
  newPoint();
  return loop.getResults();
}

// Below this many elementary operations waking another thread costs more than it saves (about 4 us
// of work).
static constexpr double kParallelWork = 60000;

void RegionEmitter::parallelGroups(Value count, double work, llvm::function_ref<void(Value)> body) {
  parallel(count, work, body);
  if (machine.isGpu) // the loop just written
    std::prev(builder.getInsertionPoint())->setAttr(kernel::kGroupAttr, builder.getUnitAttr());
}

void RegionEmitter::parallel(Value count, double work, llvm::function_ref<void(Value)> body) {
  auto fixed = constantIndex(count);
  if (!machine.isGpu && fixed && (*fixed <= 1 || *fixed * work < kParallelWork))
    return loop(index(0), count, 1, body);
  auto loop = scf::ParallelOp::create(builder, location_, ValueRange{index(0)}, ValueRange{count},
                                      ValueRange{index(1)});
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  newPoint();
  body(loop.getInductionVars()[0]);
  newPoint();
}

SmallVector<Value> RegionEmitter::unflatten(Value linear, ValueRange shape) {
  SmallVector<Value> coordinates(shape.size());
  for (int64_t axis = shape.size() - 1; axis >= 0; --axis) {
    coordinates[axis] = axis == 0 ? linear : remainder(linear, shape[axis]);
    if (axis > 0)
      linear = floorDiv(linear, shape[axis]);
  }
  return coordinates;
}

} // namespace mdc::lower
