// Loops over all elements of a result, and the roots that need nothing else.
#include "compiler/lower/Roots.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

// A row longer than this is cut, so that several threads can share one.
static constexpr int64_t kChunkElements = 4096;

static SmallVector<Value> extentValues(RegionEmitter &emitter, const graph::Extents &extents) {
  SmallVector<Value> values;
  for (AffineExpr extent : extents)
    values.push_back(emitter.extent(extent));
  return values;
}

static Value product(RegionEmitter &emitter, ValueRange values) {
  Value result = emitter.index(1);
  for (Value value : values)
    result = emitter.mul(result, value);
  return result;
}

static double fixedOr(AffineExpr extent, double other) {
  return (double)graph::constantOf(extent).value_or((int64_t)other);
}

// Blocked layouts: all lanes of a channel block for each pixel, or single elements for blocks of
// another size.
static void forEachBlocked(RegionEmitter &emitter, const graph::Extents &extents, int64_t block,
                           double work, Points points, PointBody body) {
  bool whole = block == kLanes && points == Points::Lanes;
  SmallVector<Value> shape = extentValues(emitter, extents);
  Value channels = shape[1];
  shape[1] = whole
                 ? emitter.floorDiv(emitter.addConstant(channels, block - 1), emitter.index(block))
                 : emitter.index(1);
  ValueRange outer = ArrayRef<Value>(shape).drop_back();
  double rowWork = work * fixedOr(extents.back(), 64) * (whole ? 1 : fixedOr(extents[1], 4));
  emitter.parallel(product(emitter, outer), rowWork, [&](Value row) {
    SmallVector<Value> at = emitter.unflatten(row, outer);
    emitter.loop(emitter.index(0), shape.back(), 1, [&](Value last) {
      Indices indices;
      for (Value coordinate : at)
        indices.push_back({coordinate, 0});
      indices.push_back({last, 0});
      if (whole) {
        indices[1] = {emitter.mulConstant(at[1], block), 1};
        return body(indices, kLanes, Value());
      }
      emitter.loop(emitter.index(0), channels, 1, [&](Value channel) {
        indices[1] = {channel, 0};
        body(indices, 1, Value());
      });
    });
  });
}

void forEachLane(RegionEmitter &emitter, Value low, Value high, int64_t lanes,
                 llvm::function_ref<void(Value, Value)> body) {
  if (lanes == 1)
    return emitter.loop(low, high, 1, [&](Value at) { body(at, Value()); });
  Value count = emitter.sub(high, low);
  Value rest = emitter.remainder(count, emitter.index(lanes));
  Value middle = emitter.sub(high, rest);
  emitter.loop(low, middle, lanes, [&](Value at) { body(at, Value()); });
  APInt fixed;
  if (matchPattern(rest, m_ConstantInt(&fixed))) {
    if (fixed.isZero())
      return;
    emitter.newPoint();
    body(middle, emitter.laneMask(rest, lanes));
    return emitter.newPoint();
  }
  Value some = arith::CmpIOp::create(emitter.builder, emitter.loc(), arith::CmpIPredicate::sgt,
                                     rest, emitter.index(0));
  auto tail = scf::IfOp::create(emitter.builder, emitter.loc(), some, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(emitter.builder);
  emitter.builder.setInsertionPointToStart(tail.thenBlock());
  emitter.newPoint();
  body(middle, emitter.laneMask(rest, lanes));
  emitter.newPoint();
}

int64_t laneAxisOf(const graph::Extents &extents) {
  int64_t axis = (int64_t)extents.size() - 1;
  while (axis > 0 && graph::constantOf(extents[axis]) == 1)
    --axis; // trailing axes of extent 1 leave the one before contiguous
  return axis;
}

void forEachPoint(RegionEmitter &emitter, RankedTensorType type, const Layout &layout, double work,
                  Points points, PointBody body) {
  graph::Extents extents = graph::extentsOf(type);
  if (emitter.machine.isGpu)
    return forEachThread(emitter, extents, layout, work, points, body);
  if (layout.channelBlock > 1)
    return forEachBlocked(emitter, extents, layout.channelBlock, work, points, body);
  int64_t laneAxis = laneAxisOf(extents);
  if (laneAxis < 0)
    return body({}, 1, Value());
  SmallVector<Value> shape = extentValues(emitter, extents);
  Value length = shape[laneAxis];
  shape[laneAxis] = emitter.index(1);
  auto fixedLength = graph::constantOf(extents[laneAxis]);
  bool chunked = !fixedLength || *fixedLength > kChunkElements;
  Value chunk = emitter.index(kChunkElements);
  if (chunked)
    shape[laneAxis] = emitter.floorDiv(emitter.addConstant(length, kChunkElements - 1), chunk);
  int64_t lanes = points == Points::Lanes ? kLanes : 1;
  double rowWork =
      work * std::min<double>(fixedOr(extents[laneAxis], 256), kChunkElements) / lanes * 2;
  emitter.parallel(product(emitter, shape), rowWork, [&](Value row) {
    SmallVector<Value> at = emitter.unflatten(row, shape);
    Indices indices;
    for (Value coordinate : at)
      indices.push_back({coordinate, 0});
    Value low = chunked ? emitter.mul(at[laneAxis], chunk) : emitter.index(0);
    Value high = chunked ? emitter.minimum(emitter.add(low, chunk), length) : length;
    forEachLane(emitter, low, high, lanes, [&](Value lane, Value mask) {
      Indices here = indices;
      here[laneAxis] = {lane, lanes > 1 ? 1 : 0};
      body(here, lanes, mask);
    });
  });
}

double workOf(RegionEmitter &emitter) {
  double work = 2;
  for (Operation &op : emitter.source.getBody().front()) {
    work += 1;
    if (auto unary = dyn_cast<graph::UnaryOp>(op))
      work += unary.getKind() == graph::UnaryKind::Relu || unary.getKind() == graph::UnaryKind::Neg
                  ? 0
                  : 20;
  }
  return work;
}

// A byte of 128 or more has the bits of a negative number in memory.
Value borderConstant(RegionEmitter &emitter, Type element, int64_t value) {
  Type stored = RegionEmitter::storageType(element);
  auto integer = dyn_cast<IntegerType>(stored);
  if (!integer)
    return emitter.constant(stored, value, 1);
  APInt bits = APInt(64, value, /*isSigned=*/true).trunc(integer.getWidth());
  return arith::ConstantOp::create(emitter.builder, emitter.loc(), IntegerAttr::get(integer, bits));
}

void fillBorder(RegionEmitter &emitter, unsigned number) {
  const Layout &layout = emitter.resultLayout(number);
  if (layout.borderLow.empty())
    return;
  auto type = cast<RankedTensorType>(emitter.yielded(number).getType());
  graph::Extents extents = graph::extentsOf(type);
  MLIRContext *context = type.getContext();
  int64_t block = layout.channelBlock, spatial = layout.borderLow.size();
  AffineExpr planes = extents[0] * extents[1].ceilDiv(block),
             row = getAffineConstantExpr(block, context);
  SmallVector<AffineExpr> whole;
  for (int64_t axis = 0; axis < spatial; ++axis)
    whole.push_back(extents[2 + axis] + (layout.borderLow[axis] + layout.borderHigh[axis]));
  row = row * whole.back(); // elements of a row with its border
  AffineExpr rows = planes;
  for (int64_t axis = 0; axis + 1 < spatial; ++axis)
    rows = rows * whole[axis];
  Value flat = emitter.buffer(emitter.resultOperand(number), type.getElementType());
  Value filling = borderConstant(emitter, type.getElementType(), layout.borderValue);
  auto fill = [&](Value low, Value count) {
    emitter.loop(emitter.index(0), count, 1, [&](Value i) {
      memref::StoreOp::create(emitter.builder, emitter.loc(), filling, flat,
                              ValueRange{emitter.add(low, i)});
    });
  };
  emitter.loop(emitter.index(0), emitter.extent(rows), 1, [&](Value line) {
    Value start = emitter.mul(line, emitter.extent(row));
    Value inside; // whether this line holds data
    Value rest = line;
    for (int64_t axis = spatial - 2; axis >= 0; --axis) {
      Value coordinate = emitter.remainder(rest, emitter.extent(whole[axis]));
      rest = emitter.floorDiv(rest, emitter.extent(whole[axis]));
      Value at = emitter.addConstant(coordinate, -layout.borderLow[axis]);
      Value fits = arith::CmpIOp::create(emitter.builder, emitter.loc(), arith::CmpIPredicate::ult,
                                         at, emitter.extent(extents[2 + axis]));
      inside = inside ? Value(arith::AndIOp::create(emitter.builder, emitter.loc(), inside, fits))
                      : fits;
    }
    Value low = emitter.index(layout.borderLow.back() * block);
    Value high = emitter.index(layout.borderHigh.back() * block);
    Value length = emitter.extent(row);
    Value leftCount = low;
    if (inside)
      leftCount = arith::SelectOp::create(emitter.builder, emitter.loc(), inside, low, length);
    fill(start, leftCount);
    Value rightCount = high;
    if (inside)
      rightCount =
          arith::SelectOp::create(emitter.builder, emitter.loc(), inside, high, emitter.index(0));
    fill(emitter.sub(emitter.add(start, length), rightCount), rightCount);
  });
}

// The bytes of 16 pixels of a row: of one channel, or of up to four that lie together.
static Value pixelGroup(RegionEmitter &emitter, Indices pixel, int64_t channels, int64_t group) {
  if (group == 1)
    return emitter.evaluate(emitter.yielded(0), pixel, kLanes);
  OpBuilder &b = emitter.builder;
  auto wide = VectorType::get({kLanes}, b.getI32Type());
  Value all = emitter.constant(b.getI32Type(), 0, kLanes);
  for (int64_t channel = 0; channel < channels; ++channel) {
    pixel[1] = {emitter.index(channel), 0};
    Value lanes = emitter.evaluate(emitter.yielded(0), pixel, kLanes);
    lanes = arith::ExtUIOp::create(b, emitter.loc(), wide, lanes);
    Value places = emitter.constant(b.getI32Type(), 8 * channel, kLanes);
    lanes = arith::ShLIOp::create(b, emitter.loc(), lanes, places);
    all = arith::OrIOp::create(b, emitter.loc(), all, lanes);
  }
  auto bytes = VectorType::get({group * kLanes}, b.getI8Type());
  return vector::BitCastOp::create(b, emitter.loc(), bytes, all);
}

// Few channels of bytes, for a convolution, from sources with contiguous rows: 16 pixels of a row
// at once. The last pixels of a row are computed again where 16 do not divide it, so that nothing
// is written behind it.
static bool emitPixelGroups(RegionEmitter &emitter) {
  auto type = cast<RankedTensorType>(emitter.yielded(0).getType());
  const Layout &layout = emitter.resultLayout(0);
  int64_t group = layout.channelBlock;
  graph::Extents extents = graph::extentsOf(type);
  OpBuilder &b = emitter.builder;
  if (emitter.machine.isGpu || emitter.source.getNumResults() != 1 || (group != 1 && group != 4) ||
      layout.rowMajor() || RegionEmitter::storageType(type.getElementType()) != b.getI8Type() ||
      extents.size() < 3)
    return false;
  auto width = graph::constantOf(extents.back()), channels = graph::constantOf(extents[1]);
  if (!channels || !width || *width < kLanes)
    return false;
  SmallVector<Value> shape = extentValues(emitter, extents);
  shape[1] = emitter.index(1);
  ValueRange outer = ArrayRef<Value>(shape).drop_back();
  Value flat = emitter.buffer(emitter.resultOperand(0), type.getElementType());
  emitter.parallel(product(emitter, outer), workOf(emitter) * *width, [&](Value row) {
    Indices at;
    for (Value coordinate : emitter.unflatten(row, outer))
      at.push_back({coordinate, 0});
    auto store = [&](Value first) {
      emitter.newPoint();
      Indices pixel = at;
      pixel.push_back({first, 1});
      pixel[1] = {emitter.index(0), 0};
      Value packed = pixelGroup(emitter, pixel, *channels, group);
      LaneIndex place = emitter.offset(type, layout, pixel);
      vector::StoreOp::create(b, emitter.loc(), packed, flat, ValueRange{place.base});
    };
    emitter.loop(emitter.index(0), emitter.index(*width - *width % kLanes), kLanes, store);
    if (*width % kLanes != 0)
      store(emitter.index(*width - kLanes));
  });
  return true;
}

void emitMap(RegionEmitter &emitter) {
  if (emitPixelGroups(emitter) || emitTransposed(emitter) || emitResized(emitter))
    return;
  unsigned results = emitter.source.getNumResults();
  auto type = cast<RankedTensorType>(emitter.yielded(0).getType());
  forEachPoint(emitter, type, emitter.resultLayout(0), workOf(emitter), Points::Lanes,
               [&](const Indices &indices, int64_t lanes, Value mask) {
                 for (unsigned number = 0; number < results; ++number)
                   emitter.storeResult(number, indices, lanes, mask);
               });
}

void emitConcat(RegionEmitter &emitter, graph::ConcatOp root) {
  AffineExpr start = getAffineConstantExpr(0, root.getContext());
  int64_t axis = root.getAxis(), laneAxis = laneAxisOf(graph::extentsOf(root.getType()));
  for (Value input : root.getInputs()) {
    auto type = cast<RankedTensorType>(input.getType());
    AffineExpr from = graph::extentMap({start}, root.getContext()).getResult(0);
    Value shift = emitter.extent(from);
    const Layout &layout = emitter.resultLayout(0);
    // A piece that starts inside a channel block, on a GPU inside of a run of channels, is written
    // element by element. One that ends inside a block also writes the rest of that block, which
    // the next piece, written later, makes good.
    int64_t unit = emitter.machine.isGpu && axis == 1 ? channelRun(emitter) : layout.channelBlock;
    bool inside = axis == 1 && graph::constantOf(from).value_or(1) % unit != 0;
    // A piece of extent 1 along the result's lane axis has its elements apart from each other
    // there.
    bool apart = laneAxisOf(graph::extentsOf(type)) != laneAxis;
    forEachPoint(emitter, type, layout, workOf(emitter),
                 inside || apart ? Points::Single : Points::Lanes,
                 [&](const Indices &indices, int64_t lanes, Value mask) {
                   Value value = emitter.evaluate(input, indices, lanes);
                   Indices at = indices;
                   at[axis].base = emitter.add(at[axis].base, shift);
                   emitter.store(0, at, value, lanes, mask);
                 });
    start = start + graph::extentsOf(type)[axis];
  }
}

} // namespace mdc::lower
