// Samples on another grid: the value of a resize at an index, and maps of rows that one makes.
#include "compiler/lower/Roots.h"
#include "compiler/lower/kernels/ExpandedPanel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <cmath>

using namespace mlir;

namespace mdc::lower {

namespace {

// Source coordinate of one axis in f64, and its conversion to an index inside the input.
struct Sample {
  RegionEmitter &emitter;
  OpBuilder &b = emitter.builder;
  Location loc = emitter.loc();

  Value number(double value) { return emitter.constant(b.getF64Type(), value, 1); }
  Value coordinate(Value at, double scale, double offset) {
    Value integer = arith::IndexCastOp::create(b, loc, b.getI64Type(), at);
    Value real = arith::SIToFPOp::create(b, loc, b.getF64Type(), integer);
    Value scaled = arith::MulFOp::create(b, loc, real, number(scale));
    return arith::AddFOp::create(b, loc, scaled, number(offset));
  }
  Value toIndex(Value real, Value first, Value last) {
    Value integer = arith::FPToSIOp::create(b, loc, b.getI64Type(), real);
    Value at = arith::IndexCastOp::create(b, loc, b.getIndexType(), integer);
    return emitter.maximum(emitter.minimum(at, last), first);
  }
  // Coordinates are fractions; the product with a scale in f64 may miss an integer or a half by its
  // last bits, and the nearest element would be its neighbour. So they go to the next multiple of
  // 2^-24, far closer than any other fraction of extents is.
  Value snapped(Value x) {
    Value fine = arith::MulFOp::create(b, loc, x, number(0x1p24));
    return arith::MulFOp::create(b, loc, math::RoundEvenOp::create(b, loc, fine), number(0x1p-24));
  }
  // Of the nearest element; of linear interpolation, the one before.
  Value rounded(graph::ResizeKind kind, Value x) {
    if (kind != graph::ResizeKind::Linear)
      x = snapped(x);
    switch (kind) {
    case graph::ResizeKind::Ceil:
      return math::CeilOp::create(b, loc, x);
    case graph::ResizeKind::RoundPreferFloor:
      return math::CeilOp::create(b, loc, arith::SubFOp::create(b, loc, x, number(0.5)));
    case graph::ResizeKind::RoundPreferCeil:
      return math::FloorOp::create(b, loc, arith::AddFOp::create(b, loc, x, number(0.5)));
    default:
      return math::FloorOp::create(b, loc, x);
    }
  }
  // Of the element behind `floor` in linear interpolation.
  Value weight(Value x, Value floor, Type element) {
    Value weight = arith::SubFOp::create(b, loc, x, floor);
    return element.isF64() ? weight : Value(arith::TruncFOp::create(b, loc, element, weight));
  }
  Value blend(Value low, Value high, Value weight) {
    Value distance = arith::SubFOp::create(b, loc, high, low);
    return math::FmaOp::create(b, loc, distance, weight, low);
  }
};

} // namespace

static bool isScaled(graph::ResizeOp op, size_t axis) {
  return op.getScales()[axis] != 1.0 || op.getOffsets()[axis] != 0.0;
}

// The resize along all axes but those on which `indices` are the input's already.
static Value resampled(RegionEmitter &e, graph::ResizeOp op, const Indices &indices, int64_t lanes,
                       std::optional<size_t> inputAxis) {
  graph::Extents extents = graph::extentsOf(op.getInput().getType());
  Sample sample{e};
  SmallVector<int64_t> blended; // axes of linear interpolation
  SmallVector<Value> weights;
  Indices low = indices, high = indices;
  Type element = RegionEmitter::computeType(op.getType().getElementType());
  Value first = e.index(0);
  for (auto [axis, lane] : llvm::enumerate(indices)) {
    if (!isScaled(op, axis) || axis == inputAxis)
      continue;
    Value last = e.addConstant(e.extent(extents[axis]), -1);
    Value x = sample.coordinate(lane.base, op.getScales()[axis], op.getOffsets()[axis]);
    Value floor = sample.rounded(op.getKind(), x);
    low[axis].base = sample.toIndex(floor, first, last);
    if (op.getKind() != graph::ResizeKind::Linear)
      continue;
    Value next = arith::AddFOp::create(e.builder, e.loc(), floor, sample.number(1));
    high[axis].base = sample.toIndex(next, first, last);
    weights.push_back(e.splat(sample.weight(x, floor, element), lanes));
    blended.push_back(axis);
  }
  if (blended.empty())
    return e.evaluate(op.getInput(), low, lanes);
  // All corners, then one axis after the other is blended away.
  SmallVector<Value> corners;
  for (size_t corner = 0; corner < (size_t(1) << blended.size()); ++corner) {
    Indices at = low;
    for (auto [bit, axis] : llvm::enumerate(blended))
      if (corner >> bit & 1)
        at[axis] = high[axis];
    corners.push_back(e.evaluate(op.getInput(), at, lanes));
  }
  for (Value weight : weights) {
    SmallVector<Value> next;
    for (size_t i = 0; i < corners.size(); i += 2)
      next.push_back(sample.blend(corners[i], corners[i + 1], weight));
    corners = next;
  }
  return corners.front();
}

Value RegionEmitter::evaluateResize(graph::ResizeOp op, const Indices &indices, int64_t lanes) {
  for (auto [axis, lane] : llvm::enumerate(indices))
    if (lane.stride != 0 && isScaled(op, axis))
      return lanewise(op.getResult(), indices, lanes);
  return resampled(*this, op, indices, lanes, std::nullopt);
}

namespace {

// Row-major results with a resize along their rows. The other axes of it are blended for a row of
// the input as it lies; each lane then picks its place, or two neighbours, from that row on the
// thread's stack. Places and weights are the same for all rows of an item.
class ResizedRows {
public:
  ResizedRows(RegionEmitter &emitter, graph::ResizeOp op)
      : e(emitter), op(op), extents(graph::extentsOf(op.getType())), last(extents.size() - 1),
        element(RegionEmitter::computeType(op.getType().getElementType())),
        isLinear(op.getKind() == graph::ResizeKind::Linear),
        inputExtent(graph::extentsOf(op.getInput().getType())[last]),
        mostColumns(graph::largestOf(emitter.source, extents[last])),
        mostInputColumns(graph::largestOf(emitter.source, inputExtent)) {}

  bool applies();
  void emit();

private:
  int64_t repeats();
  void findPlaces();
  void readRow(const Indices &row);
  void emitRow(Indices row);
  Value picked(Value column);

  RegionEmitter &e;
  graph::ResizeOp op;
  graph::Extents extents; // of the result
  size_t last;            // the rows' axis
  Type element;
  bool isLinear;
  AffineExpr inputExtent; // of a row of the input
  int64_t mostColumns, mostInputColumns;
  int64_t repeated = 0; // the elements of a row, each so often; 0: no fixed number of times
  Value places;  // i32: of each column, where in `samples` the first element that it reads is
  Value weights; // of each column, that of the second element
  // A row of the input between its first element and its last one once more.
  Value samples;
};

} // namespace

// Wider rows are left to others: of a thread's stack.
static constexpr int64_t kMostColumns = 8192;

// How often each element is in the row: two, four or eight times side by side, else 0.
int64_t ResizedRows::repeats() {
  int64_t times = 0;
  for (int64_t candidate : {2, 4, 8})
    if (!isLinear && extents[last] == inputExtent * candidate)
      times = candidate;
  if (times == 0)
    return 0;
  auto nearest = [&](double x) {
    x = std::nearbyint(x * 0x1p24) * 0x1p-24;
    switch (op.getKind()) {
    case graph::ResizeKind::Ceil:
      return std::ceil(x);
    case graph::ResizeKind::RoundPreferFloor:
      return std::ceil(x - 0.5);
    case graph::ResizeKind::RoundPreferCeil:
      return std::floor(x + 0.5);
    default:
      return std::floor(x);
    }
  };
  for (int64_t column = 0; column < mostColumns; ++column) {
    double place = nearest(double(column) * op.getScales()[last] + op.getOffsets()[last]);
    if (std::max(place, 0.0) != double(column / times))
      return 0;
  }
  return times;
}

bool ResizedRows::applies() {
  constexpr double mostScale = 2; // elements of the input for each; the others are read in vain
  if (e.machine.isGpu || !isScaled(op, last) || mostColumns < kLanes ||
      std::max(mostColumns, mostInputColumns) > kMostColumns || op.getScales()[last] > mostScale ||
      !(element.isF32() || element.isInteger(8)))
    return false;
  for (unsigned number = 0; number < e.source.getNumResults(); ++number)
    if (!e.resultLayout(number).rowMajor())
      return false;
  return leadsInPlace(e.source, op);
}

void ResizedRows::findPlaces() {
  OpBuilder &b = e.builder;
  Sample sample{e};
  Value before = e.index(-1), first = e.index(0), end = e.extent(inputExtent - 1);
  Value columns = e.extent(extents[last].ceilDiv(kLanes) * kLanes);
  e.loop(e.index(0), columns, 1, [&](Value column) {
    Value x = sample.coordinate(column, op.getScales()[last], op.getOffsets()[last]);
    Value floor = sample.rounded(op.getKind(), x);
    Value place = e.addConstant(sample.toIndex(floor, isLinear ? before : first, end), 1);
    place = arith::IndexCastOp::create(b, e.loc(), b.getI32Type(), place);
    memref::StoreOp::create(b, e.loc(), place, places, ValueRange{column});
    if (isLinear)
      memref::StoreOp::create(b, e.loc(), sample.weight(x, floor, element), weights,
                              ValueRange{column});
  });
}

void ResizedRows::readRow(const Indices &row) {
  OpBuilder &b = e.builder;
  Value end = e.extent(inputExtent), behind = e.extent(inputExtent + 1);
  e.loop(e.index(0), end, kLanes, [&](Value column) {
    e.newPoint();
    Indices at = row;
    at[last] = {column, 1};
    vector::StoreOp::create(b, e.loc(), resampled(e, op, at, kLanes, last), samples,
                            ValueRange{e.addConstant(column, 1)});
  });
  for (auto [from, to] : {std::pair{e.index(1), e.index(0)}, {end, behind}}) {
    Value edge = memref::LoadOp::create(b, e.loc(), samples, ValueRange{from});
    memref::StoreOp::create(b, e.loc(), edge, samples, ValueRange{to});
  }
}

// The resize's values of kLanes columns from `column` on, a multiple of kLanes.
Value ResizedRows::picked(Value column) {
  OpBuilder &b = e.builder;
  if (repeated) {
    auto type = VectorType::get({kLanes / repeated}, element);
    Value at = e.addConstant(e.floorDiv(column, e.index(repeated)), 1);
    Value few = vector::LoadOp::create(b, e.loc(), type, samples, ValueRange{at});
    SmallVector<int64_t> lanes;
    for (int64_t lane = 0; lane < kLanes; ++lane)
      lanes.push_back(lane / repeated);
    return vector::ShuffleOp::create(b, e.loc(), few, few, lanes);
  }
  int64_t each = isLinear ? 2 : 1;
  SmallVector<Value> parts;
  for (int64_t lane = 0; lane < kLanes; ++lane) {
    Value place =
        memref::LoadOp::create(b, e.loc(), places, ValueRange{e.addConstant(column, lane)});
    place = arith::IndexCastOp::create(b, e.loc(), b.getIndexType(), place);
    parts.push_back(vector::LoadOp::create(b, e.loc(), VectorType::get({each}, element), samples,
                                           ValueRange{place}));
  }
  for (int64_t count = each; parts.size() > 1; count *= 2) {
    SmallVector<int64_t> both = llvm::to_vector(llvm::seq<int64_t>(0, 2 * count));
    for (size_t part = 0; part < parts.size(); part += 2)
      parts[part / 2] = vector::ShuffleOp::create(b, e.loc(), parts[part], parts[part + 1], both);
    parts.truncate(parts.size() / 2);
  }
  if (!isLinear)
    return parts.front();
  auto neighbours = vector::DeinterleaveOp::create(b, e.loc(), parts.front());
  Value weight = vector::LoadOp::create(b, e.loc(), VectorType::get({kLanes}, element), weights,
                                        ValueRange{column});
  return Sample{e}.blend(neighbours.getRes1(), neighbours.getRes2(), weight);
}

void ResizedRows::emitRow(Indices row) {
  readRow(row);
  forEachLane(e, e.index(0), e.extent(extents[last]), kLanes, [&](Value column, Value mask) {
    e.newPoint();
    e.define(op.getResult(), picked(column));
    row[last] = {column, 1};
    for (unsigned number = 0; number < e.source.getNumResults(); ++number)
      e.storeResult(number, row, kLanes, mask);
    e.undefine(op.getResult());
  });
}

// Rows of a plane that share the places: they make up for finding them.
static constexpr int64_t kRowsOfItem = 64;

void ResizedRows::emit() {
  repeated = repeats();
  AffineExpr one = getAffineConstantExpr(1, op.getContext());
  AffineExpr height = last > 0 ? extents[last - 1] : one, count = height.ceilDiv(kRowsOfItem);
  SmallVector<Value> counts;
  for (size_t axis = 0; axis + 1 < last; ++axis) {
    counts.push_back(e.extent(extents[axis]));
    count = count * extents[axis];
  }
  counts.push_back(e.extent(height.ceilDiv(kRowsOfItem)));
  double rowWork = workOf(e) * double(mostColumns) / kLanes * 8;
  int64_t columns = llvm::alignTo(mostColumns, kLanes);
  e.parallel(e.extent(count), rowWork * kRowsOfItem, [&](Value item) {
    places = repeated ? Value() : stackPanel(e, columns, e.builder.getI32Type());
    weights = isLinear ? stackPanel(e, columns, element) : Value();
    samples = stackPanel(e, mostInputColumns + 2 + kLanes, element);
    Indices at;
    for (Value coordinate : e.unflatten(item, counts))
      at.push_back({coordinate, 0});
    Value low = e.mulConstant(at.pop_back_val().base, kRowsOfItem);
    Value high = e.minimum(e.addConstant(low, kRowsOfItem), e.extent(height));
    if (!repeated)
      findPlaces();
    e.loop(low, high, 1, [&](Value row) {
      Indices here = at;
      if (last > 0)
        here.push_back({row, 0});
      here.push_back({});
      emitRow(here);
    });
  });
}

bool emitResized(RegionEmitter &emitter) {
  for (auto op : emitter.source.front().getOps<graph::ResizeOp>()) {
    if (op.getType().getRank() == 0)
      continue;
    ResizedRows rows(emitter, op);
    if (!rows.applies())
      continue;
    rows.emit();
    return true;
  }
  return false;
}

} // namespace mdc::lower
