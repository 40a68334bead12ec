// Maps whose rows a transpose brings from apart. What lies together in memory is loaded, turned in
// registers and stored together again, several rows at once.
#include "compiler/lower/Roots.h"
#include "compiler/lower/kernels/ExpandedPanel.h"
#include "compiler/lower/kernels/Transpose.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/SmallVectorExtras.h"

#include <numeric>

using namespace mlir;

namespace mdc::lower {
namespace {

class TransposedMap {
public:
  explicit TransposedMap(RegionEmitter &emitter)
      : e(emitter), type(cast<RankedTensorType>(emitter.yielded(0).getType())),
        extents(graph::extentsOf(type)), last(type.getRank() - 1) {}

  // The axis of the result along which neighbours lie together in what the transpose reads; -1
  // where rows lie together themselves, or a result is not row-major or has another shape.
  int64_t togetherAxis();
  bool emitShortRows(int64_t together);
  bool emitSquares(int64_t together);
  bool emitThreadSquares(int64_t together);

private:
  template <typename Body>
  void forEachRun(int64_t together, int64_t blocks, double work, Body body);
  Value joined(Value a, Value b);
  Value shortRows(Value result, const Indices &first, int64_t elements);
  Value columnOf(Value value, Indices first, int64_t together, Value element);
  void emitSquare(const Indices &first, int64_t together);
  void emitSquareByRows(const Indices &first, int64_t together);
  void emitThreadSquare(const Indices &first, int64_t together, int64_t side);

  RegionEmitter &e;
  graph::TransposeOp transposed; // the only one that brings rows from apart, or null
  RankedTensorType type;
  graph::Extents extents;
  int64_t last;
};

} // namespace

int64_t TransposedMap::togetherAxis() {
  if (type.getRank() < 2)
    return -1;
  for (unsigned number = 0; number < e.source.getNumResults(); ++number)
    if (!e.resultLayout(number).rowMajor() ||
        graph::extentsOf(cast<RankedTensorType>(e.yielded(number).getType())) != extents)
      return -1;
  int64_t together = -1;
  for (auto op : e.source.front().getOps<graph::TransposeOp>()) {
    if (graph::extentsOf(op.getType()) != extents || op.getPermutation().back() == last)
      continue;
    transposed = together < 0 ? op : graph::TransposeOp();
    if (together < 0)
      together = llvm::find(op.getPermutation(), last) - op.getPermutation().begin();
  }
  return together;
}

// For each index of the axes but the last, whose index is 0; that of `together` counts its blocks.
template <typename Body>
void TransposedMap::forEachRun(int64_t together, int64_t blocks, double work, Body body) {
  AffineExpr runs = getAffineConstantExpr(1, type.getContext());
  SmallVector<Value> shape;
  for (int64_t axis = 0; axis < last; ++axis) {
    AffineExpr extent =
        axis == together ? getAffineConstantExpr(blocks, type.getContext()) : extents[axis];
    runs = runs * extent;
    shape.push_back(e.extent(extent));
  }
  e.parallel(e.extent(runs), work, [&](Value run) {
    Indices at;
    for (Value coordinate : e.unflatten(run, shape))
      at.push_back({coordinate, 0});
    at.push_back({e.index(0), 0});
    body(at);
  });
}

// 16 rows of `a`, each continued by that of `b`.
Value TransposedMap::joined(Value a, Value b) {
  int64_t all = cast<VectorType>(a.getType()).getDimSize(0), ofA = all / kLanes,
          ofB = cast<VectorType>(b.getType()).getDimSize(0) / kLanes;
  SmallVector<int64_t> lanes;
  for (int64_t row = 0; row < kLanes; ++row) {
    llvm::append_range(lanes, llvm::seq(row * ofA, (row + 1) * ofA));
    llvm::append_range(lanes, llvm::seq(all + row * ofB, all + (row + 1) * ofB));
  }
  return vector::ShuffleOp::create(e.builder, e.loc(), a, b, lanes);
}

// The elements of 16 rows from `first` on.
Value TransposedMap::shortRows(Value result, const Indices &first, int64_t elements) {
  SmallVector<Value> parts;
  for (int64_t element = 0; element < elements; ++element) {
    Indices at = first;
    at[last - 1].stride = 1;
    at[last].base = e.index(element);
    parts.push_back(e.evaluate(result, at, kLanes));
  }
  while (parts.size() > 1) {
    SmallVector<Value> longer;
    for (size_t part = 0; part + 1 < parts.size(); part += 2)
      longer.push_back(joined(parts[part], parts[part + 1]));
    if (parts.size() % 2 != 0)
      longer.push_back(parts.back());
    parts = std::move(longer);
  }
  return parts.front();
}

// Rows of two to eight elements, such as pixels that come of the phases of a transposed
// convolution: of 16 rows a vector for each element, then interleaved.
bool TransposedMap::emitShortRows(int64_t together) {
  int64_t elements = type.getShape().back();
  if (together != last - 1 || elements < 2 || elements > 8)
    return false;
  Value rows = e.extent(extents[together]);
  double work = workOf(e) * double(elements) *
                double(graph::constantOf(extents[together]).value_or(256)) / kLanes * 2;
  forEachRun(together, 1, work, [&](const Indices &run) {
    forEachLane(e, e.index(0), rows, kLanes, [&](Value row, Value mask) {
      Indices first = run;
      first[together].base = row;
      if (mask)
        mask = e.laneMask(e.mulConstant(e.sub(rows, row), elements), elements * kLanes);
      Indices to = first;
      to[last].stride = 1;
      for (unsigned number = 0; number < e.source.getNumResults(); ++number)
        e.store(number, to, shortRows(e.yielded(number), first, elements), elements * kLanes, mask);
    });
  });
  return true;
}

// Element `element` of 16 rows of a value from `first` on.
Value TransposedMap::columnOf(Value value, Indices first, int64_t together, Value element) {
  first[together].stride = 1;
  first[last].base = e.add(first[last].base, element);
  return e.evaluate(value, first, kLanes);
}

// 16 rows of 16 elements from `first` on.
void TransposedMap::emitSquare(const Indices &first, int64_t together) {
  e.newPoint();
  for (unsigned number = 0; number < e.source.getNumResults(); ++number) {
    SmallVector<Value> columns;
    for (int64_t element = 0; element < kLanes; ++element)
      columns.push_back(columnOf(e.yielded(number), first, together, e.index(element)));
    for (auto [row, values] : llvm::enumerate(transposeLanes(e, columns))) {
      Indices at = first;
      at[together].base = e.addConstant(first[together].base, row);
      at[last].stride = 1;
      e.store(number, at, values, kLanes, Value());
    }
  }
}

// The same through the thread's stack: what comes before the transpose column by column, what comes
// behind it row by row, so that the code of each is there once.
void TransposedMap::emitSquareByRows(const Indices &first, int64_t together) {
  OpBuilder &b = e.builder;
  Value value = transposed.getResult(), none = e.index(0), all = e.index(kLanes);
  Type element = RegionEmitter::computeType(transposed.getType().getElementType());
  Value square = stackPanel(e, kLanes * kLanes, element);
  auto load = [&](Value line) { return e.load(square, {e.mulConstant(line, kLanes), 1}, kLanes); };
  auto store = [&](Value lanes, Value line) {
    vector::StoreOp::create(b, e.loc(), lanes, square, ValueRange{e.mulConstant(line, kLanes)});
  };
  e.loop(none, all, 1, [&](Value column) {
    e.newPoint();
    store(columnOf(value, first, together, column), column);
  });
  SmallVector<Value> columns;
  for (int64_t column = 0; column < kLanes; ++column)
    columns.push_back(load(e.index(column)));
  for (auto [row, lanes] : llvm::enumerate(transposeLanes(e, columns)))
    store(lanes, e.index(row));
  e.loop(none, all, 1, [&](Value row) {
    e.newPoint();
    e.define(value, load(row));
    Indices at = first;
    at[together].base = e.add(first[together].base, row);
    at[last].stride = 1;
    for (unsigned number = 0; number < e.source.getNumResults(); ++number)
      e.storeResult(number, at, kLanes, Value());
    e.undefine(value);
  });
}

// Squares of 16 rows and 16 elements; where those do not divide an extent, the last ones again.
bool TransposedMap::emitSquares(int64_t together) {
  auto rows = graph::constantOf(extents[together]), elements = graph::constantOf(extents[last]);
  constexpr double mostWork = 8; // the code of a square has 16 copies of the map
  if (!rows || !elements || *rows < kLanes || *elements < kLanes)
    return false;
  bool byRows = workOf(e) > mostWork;
  if (byRows && (!transposed || transposed.getType().getElementType().isInteger(1) ||
                 !leadsInPlace(e.source, transposed)))
    return false;
  int64_t blocks = (*rows + kLanes - 1) / kLanes;
  forEachRun(together, blocks, workOf(e) * double(*elements) * 2, [&](Indices first) {
    first[together].base =
        e.minimum(e.mulConstant(first[together].base, kLanes), e.index(*rows - kLanes));
    auto square = [&](Value element) {
      first[last].base = element;
      byRows ? emitSquareByRows(first, together) : emitSquare(first, together);
    };
    e.loop(e.index(0), e.index(*elements / kLanes * kLanes), kLanes, square);
    if (*elements % kLanes != 0)
      square(e.index(*elements - kLanes));
  });
  return true;
}

// `side` rows of as many elements from `first` on, in registers of one thread.
void TransposedMap::emitThreadSquare(const Indices &first, int64_t together, int64_t side) {
  OpBuilder &b = e.builder;
  Value value = transposed.getResult();
  SmallVector<Value> columns;
  for (int64_t element = 0; element < side; ++element) {
    Indices at = first;
    at[together].stride = 1;
    at[last].base = e.addConstant(first[last].base, element);
    columns.push_back(e.evaluate(value, at, side));
  }
  for (int64_t row = 0; row < side; ++row) {
    SmallVector<Value> elements;
    for (Value column : columns)
      elements.push_back(vector::ExtractOp::create(b, e.loc(), column, ArrayRef<int64_t>{row}));
    e.newPoint();
    e.define(value, vector::FromElementsOp::create(b, e.loc(), columns[0].getType(), elements));
    Indices at = first;
    at[together].base = e.addConstant(first[together].base, row);
    at[last].stride = 1;
    for (unsigned number = 0; number < e.source.getNumResults(); ++number)
      e.storeResult(number, at, side, Value());
    e.undefine(value);
  }
}

// On a GPU a thread has a square whose sides are one access each. A warp has four of them side by
// side in what is read, eight in what is written.
bool TransposedMap::emitThreadSquares(int64_t together) {
  if (!transposed || !leadsInPlace(e.source, transposed))
    return false;
  int64_t side = squareRun(e, transposed);
  if (side == 1)
    return false;
  int64_t squares = type.getDimSize(together) / side, beside = std::gcd(squares, 4);
  SmallVector<AffineExpr> counts(extents);
  counts[together] = getAffineConstantExpr(squares / beside, type.getContext());
  counts[last] = extents[last].floorDiv(side);
  counts.push_back(getAffineConstantExpr(beside, type.getContext()));
  AffineExpr all = getAffineConstantExpr(1, type.getContext());
  SmallVector<Value> shape;
  for (AffineExpr count : counts) {
    all = all * count;
    shape.push_back(e.extent(count));
  }
  e.parallel(e.extent(all), workOf(e) * double(side * side), [&](Value number) {
    SmallVector<Value> at = e.unflatten(number, shape);
    at[together] = e.add(e.mulConstant(at[together], beside), at.pop_back_val());
    at[together] = e.mulConstant(at[together], side);
    at[last] = e.mulConstant(at[last], side);
    e.newPoint();
    emitThreadSquare(llvm::map_to_vector<6>(at, [](Value base) { return LaneIndex{base, 0}; }),
                     together, side);
  });
  return true;
}

bool emitTransposed(RegionEmitter &emitter) {
  TransposedMap map(emitter);
  int64_t together = map.togetherAxis();
  if (together < 0)
    return false;
  if (emitter.machine.isGpu)
    return map.emitThreadSquares(together);
  return map.emitShortRows(together) || map.emitSquares(together);
}

} // namespace mdc::lower
