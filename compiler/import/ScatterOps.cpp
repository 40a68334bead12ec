// Elements written by index: each place of the data asks which updates name it. Such a form has no
// order of writes and no races, and costs a comparison for each pair of a place and an update.
#include "compiler/import/OpTable.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace mdc::importer {
namespace {

// How updates meet what lies at their place, and each other; no kind: the last one replaces it.
struct Meeting {
  std::optional<ReduceKind> all;
  BinaryKind two = BinaryKind::Add;
};

std::optional<Meeting> meetingOf(NodeContext &n) {
  StringRef text = n.text("reduction", "none");
  auto meeting = llvm::StringSwitch<std::optional<Meeting>>(text)
                     .Case("none", Meeting{})
                     .Case("add", Meeting{ReduceKind::Sum, BinaryKind::Add})
                     .Case("mul", Meeting{ReduceKind::Product, BinaryKind::Mul})
                     .Case("max", Meeting{ReduceKind::Max, BinaryKind::Max})
                     .Case("min", Meeting{ReduceKind::Min, BinaryKind::Min})
                     .Default(std::nullopt);
  if (!meeting)
    n.fail("reduction is '" + text + "', expected none, add, mul, max or min");
  return meeting;
}

// Indices, or updates, along `axis` of a tensor whose places lie along it too.
struct Scatter {
  Value data, indices, updates; // indices of i64, none of them negative but those of no place
  int64_t axis;
};

Value ofPlaces(NodeContext &n, const Scatter &scatter) {
  Extents extents(rankOf(scatter.data), n.fixed(1));
  extents[scatter.axis] = extentsOf(scatter.data)[scatter.axis];
  return n.iota(extents, scatter.axis, n.i64());
}

// [.., updates, places, ..]: whether an update is one of a place.
Value matches(NodeContext &n, const Scatter &scatter) {
  int64_t axis = scatter.axis;
  return n.compare(CompareKind::Equal, n.withAxes(scatter.indices, {axis + 1}),
                   n.withAxes(ofPlaces(n, scatter), {axis}));
}

// The last update of a place; a place without one finds an update of another. Updates and data may
// have a slice behind their axis, which the indices have as 1: it is asked for once.
Value replaced(NodeContext &n, const Scatter &scatter) {
  int64_t axis = scatter.axis;
  Value match = n.cast(matches(n, scatter), n.builder.getI32Type());
  Value last = n.infer<graph::ArgReduceOp>(ReduceKind::Max, match, axis, true);
  last = n.withoutAxes(last, {axis});
  Value named = n.infer<graph::GatherElementsOp>(scatter.indices, last, axis);
  Value own = n.compare(CompareKind::Equal, named, ofPlaces(n, scatter));
  bool slices = extentsOf(scatter.indices) != extentsOf(scatter.updates);
  Value update =
      slices ? n.infer<graph::GatherOp>(scatter.updates, n.withoutAxes(last, {axis + 1}), axis)
             : n.infer<graph::GatherElementsOp>(scatter.updates, last, axis);
  return n.select(own, update, scatter.data);
}

// The same slices. Where an update is another place's, what makes no difference takes its turn: a
// neutral number, or the place's own data.
Value combined(NodeContext &n, const Scatter &scatter, const Meeting &meeting) {
  int64_t axis = scatter.axis;
  Value updates = n.withAxes(scatter.updates, {axis + 1}), data = scatter.data;
  bool isSum = meeting.all == ReduceKind::Sum, isProduct = meeting.all == ReduceKind::Product;
  Value others = isSum || isProduct ? n.scalarLike(isProduct, data) : n.withAxes(data, {axis});
  Value mine = n.select(matches(n, scatter), updates, others);
  return n.binary(meeting.two, data, n.withoutAxes(n.reduce(*meeting.all, mine, {axis}), {axis}));
}

// One update after the other, each a map of all places.
Value inTurn(NodeContext &n, const Scatter &scatter, const Meeting &meeting, int64_t count) {
  Value result = scatter.data, places = ofPlaces(n, scatter);
  for (int64_t number = 0; number < count; ++number) {
    auto only = [&](Value x) { return n.sliceAxis(x, scatter.axis, n.fixed(number), n.fixed(1)); };
    Value own = n.compare(CompareKind::Equal, only(scatter.indices), places);
    Value update = only(scatter.updates);
    Value met = meeting.all ? n.binary(meeting.two, result, update) : update;
    result = n.select(own, met, result);
  }
  return result;
}

// Few updates, such as one new row of a cache, are the cheapest in turn.
Value scattered(NodeContext &n, const Scatter &scatter, const Meeting &meeting,
                AffineExpr updates) {
  constexpr int64_t fewUpdates = 8;
  auto count = graph::constantOf(updates);
  if (count && *count <= fewUpdates)
    return inTurn(n, scatter, meeting, *count);
  return meeting.all ? combined(n, scatter, meeting) : replaced(n, scatter);
}

// Fails where places times updates are too many to compare.
bool fewPairs(NodeContext &n, AffineExpr places, AffineExpr updates) {
  constexpr int64_t mostPairs = int64_t(1) << 30;
  if (n.bounds(places * updates).high <= mostPairs)
    return true;
  n.fail("there are up to " + n.textOf(updates) + " updates of " + n.textOf(places) +
             " places, expected at most 2^30 pairs of them",
         "write slices (Concat, Where) instead of single elements");
  return false;
}

Values scatterElements(NodeContext &n) {
  Scatter scatter{n.input(0), n.input(1), n.input(2), 0};
  auto meeting = meetingOf(n);
  auto axis = scatter.data ? n.axis("axis", 0, rankOf(scatter.data)) : std::nullopt;
  if (!axis || !meeting || !scatter.indices || !scatter.updates)
    return {};
  Extents places = extentsOf(scatter.data), updates = extentsOf(scatter.indices);
  if (places.size() != updates.size() || updates != extentsOf(scatter.updates))
    return n.fail("data, indices and updates are " + graph::shapeText(typeOf(scatter.data)) + ", " +
                  graph::shapeText(typeOf(scatter.indices)) + " and " +
                  graph::shapeText(typeOf(scatter.updates)) +
                  ", expected one rank, and updates as many as indices");
  for (auto [other, have, want] : llvm::enumerate(places, updates))
    if (int64_t(other) != *axis && have != want)
      return n.fail("the indices have an extent of " + n.textOf(want) + " along axis " +
                    Twine(other) + ", expected the data's " + n.textOf(have));
  if (!fewPairs(n, graph::elementCount(places, n.builder.getContext()), updates[*axis]))
    return {};
  scatter.axis = *axis;
  scatter.indices = n.fromStart(scatter.indices, places[*axis]);
  return {scattered(n, scatter, *meeting, updates[*axis])};
}

// The number of the place that each tuple names, -1 where it names none: [updates].
Value placeNumbers(NodeContext &n, Value tuples, ArrayRef<AffineExpr> extents) {
  Value number, valid;
  for (auto [axis, extent] : llvm::enumerate(extents)) {
    Value part = n.withoutAxes(n.sliceAxis(tuples, 1, n.fixed(axis), n.fixed(1)), {1});
    part = n.fromStart(part, extent);
    Value size = n.extent(extent);
    Value inside = n.binary(BinaryKind::And, n.compare(CompareKind::GreaterOrEqual, part, 0.0),
                            n.compare(CompareKind::Less, part, size));
    number = number ? n.add(n.mul(number, size), part) : part;
    valid = valid ? n.binary(BinaryKind::And, valid, inside) : inside;
  }
  return n.select(valid, number, n.scalar(-1, n.i64()));
}

Values scatterNd(NodeContext &n) {
  Value data = n.input(0), indices = n.input(1), updates = n.input(2);
  auto meeting = meetingOf(n);
  if (!data || !indices || !updates || !meeting)
    return {};
  Extents extents = extentsOf(data), asked = extentsOf(indices);
  auto tuple = asked.empty() ? std::nullopt : graph::constantOf(asked.back());
  if (!tuple || *tuple < 1 || *tuple > int64_t(extents.size()))
    return n.fail("the indices are " + graph::shapeText(typeOf(indices)) +
                  ", expected tuples of 1 to " + Twine(extents.size()) + " along the last axis");
  ArrayRef<AffineExpr> named = ArrayRef(extents).take_front(*tuple);
  ArrayRef<AffineExpr> slice = ArrayRef(extents).drop_front(*tuple);
  Extents expected(asked.begin(), asked.end() - 1);
  expected.append(slice.begin(), slice.end());
  if (extentsOf(updates) != expected)
    return n.fail("the updates are " + graph::shapeText(typeOf(updates)) +
                  ", expected one slice of the data for each tuple of indices");
  MLIRContext *context = n.builder.getContext();
  AffineExpr places = graph::elementCount(named, context);
  AffineExpr count = graph::elementCount(ArrayRef(asked).drop_back(), context);
  AffineExpr sliceSize = graph::elementCount(slice, context);
  if (!fewPairs(n, meeting->all ? places * sliceSize : places, count))
    return {};
  Value numbers = placeNumbers(n, n.reshape(indices, {count, asked.back()}), named);
  numbers = n.reshape(numbers, {count, n.fixed(1)});
  Scatter scatter{n.reshape(data, {places, sliceSize}), numbers,
                  n.reshape(updates, {count, sliceSize}), 0};
  return {n.reshape(scattered(n, scatter, *meeting, count), extents)};
}

} // namespace

llvm::ArrayRef<OpRow> scatterOps() {
  static constexpr OpRow rows[] = {
      {"Scatter", 9, 10, scatterElements},
      {"ScatterElements", 11, kLastOpset, scatterElements},
      {"ScatterND", 11, kLastOpset, scatterNd},
  };
  return rows;
}

} // namespace mdc::importer
