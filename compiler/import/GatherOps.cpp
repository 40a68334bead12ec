// Elements by index.
#include "compiler/import/OpTable.h"

using namespace mlir;

namespace mdc::importer {
namespace {

Values gather(NodeContext &n) {
  Value data = n.input(0), indices = n.input(1);
  auto axis = data ? n.axis("axis", 0, rankOf(data)) : std::nullopt;
  return axis ? Values{n.infer<graph::GatherOp>(data, indices, *axis)} : Values();
}

// Whether every row of the indices is one of the data: nothing at run time checks that.
bool takesRowsOf(NodeContext &n, Value data, Value indices, int64_t axis) {
  Extents rows = extentsOf(data), asked = extentsOf(indices);
  if (rows.size() != asked.size())
    return true; // the op's verifier says more
  for (auto [other, have, want] : llvm::enumerate(rows, asked)) {
    if (int64_t(other) == axis || n.bounds(have - want).low >= 0)
      continue;
    std::string message = "the indices have an extent of " + n.textOf(want) + " along axis " +
                          std::to_string(other) + ", expected at most the data's " + n.textOf(have);
    if (n.bounds(want - have).low > 0)
      n.fail(message, "only along 'axis' may the indices be longer than the data");
    else
      n.agree(have, want, message);
    return !n.failed();
  }
  return true;
}

Values gatherElements(NodeContext &n) {
  Value data = n.input(0), indices = n.input(1);
  auto axis = data ? n.axis("axis", 0, rankOf(data)) : std::nullopt;
  if (!axis || !indices || !takesRowsOf(n, data, indices, *axis))
    return {};
  return {n.infer<graph::GatherElementsOp>(data, indices, *axis)};
}

Values gatherNd(NodeContext &n) {
  return {n.infer<graph::GatherNdOp>(n.input(0), n.input(1), n.integer("batch_dims", 0))};
}

// An extent, which may be given as a float.
std::optional<SmallVector<AffineExpr>> depthOf(NodeContext &n) {
  if (!n.has(1) || !isFloat(n.input(1)))
    return n.shapeInput(1, "the depth");
  auto numbers = n.constantNumbers(1, "the depth");
  if (!numbers)
    return std::nullopt;
  SmallVector<AffineExpr> extents;
  for (double number : *numbers)
    extents.push_back(n.fixed(int64_t(number)));
  return extents;
}

// 1 where the running index along a new axis equals the index, which may count from the end.
Values oneHot(NodeContext &n) {
  Value indices = n.input(0), values = n.input(2);
  auto depth = depthOf(n);
  if (!indices || !values || !depth)
    return {};
  auto axis = n.axis("axis", -1, rankOf(indices) + 1);
  if (!axis)
    return {};
  if (depth->size() != 1 || typeOf(values).getShape() != ArrayRef<int64_t>{2})
    return n.fail("depth is no scalar or values holds no pair, expected one number and two");
  Extents extents(rankOf(indices) + 1, n.fixed(1));
  extents[*axis] = depth->front();
  Value counted = n.withAxes(n.fromStart(indices, depth->front()), {*axis});
  Value hot = n.compare(CompareKind::Equal, counted, n.iota(extents, *axis, n.i64()));
  Value off = n.reshape(n.sliceAxis(values, 0, n.fixed(0), n.fixed(1)), {});
  Value on = n.reshape(n.sliceAxis(values, 0, n.fixed(1), n.fixed(1)), {});
  return {n.select(hot, on, off)};
}

// A cache whose rows [write index, write index + length of the update) are replaced.
Values tensorScatter(NodeContext &n) {
  Value past = n.input(0), update = n.input(1);
  if (!past || !update)
    return {};
  int64_t rank = rankOf(past);
  auto axis = n.axis("axis", -2, rank);
  if (!axis || *axis == 0 || rankOf(update) != rank)
    return n.fail("the axis is 0 or the update has another rank, expected a sequence axis");
  StringRef mode = n.text("mode", "linear");
  if (mode != "linear" && mode != "circular")
    return n.fail("mode is '" + mode + "', expected 'linear' or 'circular'");
  Extents row(rank, n.fixed(1)), perBatch(rank, n.fixed(1)), index = extentsOf(past);
  row[*axis] = extentsOf(past)[*axis];
  perBatch[0] = extentsOf(past)[0];
  Value position = n.iota(row, *axis, n.i64());
  Value offset = position;
  if (n.has(2))
    offset = n.sub(position, n.reshape(n.cast(n.input(2), n.i64()), perBatch));
  if (mode == "circular")
    offset = n.binary(BinaryKind::Mod, offset, n.extent(index[*axis]));
  Value length = n.extent(extentsOf(update)[*axis]);
  Value replaced = n.binary(BinaryKind::And, n.compare(CompareKind::GreaterOrEqual, offset, 0.0),
                            n.compare(CompareKind::Less, offset, length));
  Value safe = n.select(replaced, offset, n.scalar(0, n.i64()));
  Value wide = n.broadcast(safe, index);
  Value moved = n.infer<graph::GatherElementsOp>(update, wide, *axis);
  return {n.select(replaced, moved, past)};
}

} // namespace

llvm::ArrayRef<OpRow> gatherOps() {
  static constexpr OpRow rows[] = {
      {"Gather", 1, kLastOpset, gather},
      {"GatherElements", 11, kLastOpset, gatherElements},
      {"GatherND", 11, kLastOpset, gatherNd},
      {"OneHot", 9, kLastOpset, oneHot},
      {"TensorScatter", 24, kLastOpset, tensorScatter},
  };
  return rows;
}

} // namespace mdc::importer
