// Parts of tensors, and borders around them.
#include "compiler/import/OpTable.h"

using namespace mlir;

namespace mdc::importer {
namespace {

// Far past any extent and small enough that sums do not overflow.
constexpr int64_t kFar = int64_t(1) << 48;

AffineExpr tamed(NodeContext &n, AffineExpr value) {
  auto fixed = graph::constantOf(value);
  return fixed ? n.fixed(std::clamp(*fixed, -kFar, kFar)) : collected(value);
}

bool provablyAtMost(NodeContext &n, AffineExpr a, AffineExpr b) { return n.bounds(b - a).low >= 0; }

// The value brought into [low, high]; null where that cannot be decided for all open dimensions.
AffineExpr clamped(NodeContext &n, AffineExpr value, AffineExpr low, AffineExpr high) {
  if (!provablyAtMost(n, low, value)) {
    if (!provablyAtMost(n, value, low))
      return {};
    value = low;
  }
  if (provablyAtMost(n, value, high))
    return value;
  return provablyAtMost(n, high, value) ? high : AffineExpr();
}

// A start or an end as ONNX counts it: negative values count from the end.
AffineExpr fromTheFront(NodeContext &n, AffineExpr value, AffineExpr extent) {
  Interval bounds = n.bounds(value);
  if (bounds.low >= 0)
    return value;
  return bounds.high < 0 ? value + extent : AffineExpr();
}

struct AxisSlice {
  AffineExpr start, count;
};

// Null expressions where the result cannot be decided.
AxisSlice sliceOf(NodeContext &n, AffineExpr extent, AffineExpr start, AffineExpr end,
                  int64_t step) {
  AffineExpr from = fromTheFront(n, tamed(n, start), extent);
  AffineExpr to = fromTheFront(n, tamed(n, end), extent);
  if (!from || !to)
    return {};
  AffineExpr zero = n.fixed(0);
  from = step > 0 ? clamped(n, from, zero, extent) : clamped(n, from, zero, extent - 1);
  to = step > 0 ? clamped(n, to, zero, extent) : clamped(n, to, n.fixed(-1), extent - 1);
  if (!from || !to)
    return {};
  AffineExpr span = collected(step > 0 ? to - from : from - to);
  AffineExpr count = stepsIn(span, std::abs(step));
  Interval bounds = n.bounds(count);
  if (bounds.high <= 0)
    return {zero, zero};
  return bounds.low >= 0 ? AxisSlice{from, count} : AxisSlice{};
}

struct SliceOperands {
  SmallVector<AffineExpr> starts, ends;
  Integers axes, steps;
};

std::optional<SliceOperands> sliceOperands(NodeContext &n) {
  SliceOperands result;
  if (n.opset < 10) {
    auto starts = n.integersAttribute("starts"), ends = n.integersAttribute("ends");
    if (!starts || !ends) {
      n.fail("the attributes starts and ends are missing");
      return std::nullopt;
    }
    result.starts = n.fixed(*starts);
    result.ends = n.fixed(*ends);
  } else {
    auto starts = n.shapeInput(1, "starts"), ends = n.shapeInput(2, "ends");
    if (!starts || !ends)
      return std::nullopt;
    result.starts = *starts;
    result.ends = *ends;
  }
  auto axes = n.listAttributeOrInput("axes", 3);
  auto steps = n.has(4) ? n.constantInput(4, "steps") : std::nullopt;
  if (n.failed())
    return std::nullopt;
  result.steps = steps.value_or(Integers(result.starts.size(), 1));
  if (axes)
    result.axes = *axes;
  else
    result.axes.assign(llvm::seq<int64_t>(0, result.starts.size()).begin(),
                       llvm::seq<int64_t>(0, result.starts.size()).end());
  size_t count = result.starts.size();
  if (result.ends.size() != count || result.axes.size() != count || result.steps.size() != count ||
      llvm::is_contained(result.steps, 0)) {
    n.fail("starts, ends, axes and steps differ in length or a step is 0");
    return std::nullopt;
  }
  return result;
}

Values slice(NodeContext &n) {
  Value x = n.input(0);
  auto operands = sliceOperands(n);
  if (!x || !operands)
    return {};
  Extents extents = extentsOf(x), starts(extents.size(), n.fixed(0)), counts(extents);
  Integers steps(extents.size(), 1);
  for (size_t i = 0; i < operands->starts.size(); ++i) {
    auto axis = n.checkedAxis(operands->axes[i], extents.size());
    if (!axis)
      return {};
    AxisSlice part =
        sliceOf(n, extents[*axis], operands->starts[i], operands->ends[i], operands->steps[i]);
    if (!part.start)
      return n.fail("the extent of axis " + Twine(*axis) + " after slicing " +
                        graph::shapeText(typeOf(x)) + " has no one formula for all dimensions",
                    "give the dimension a larger minimum or a fixed extent in [model.dims]");
    starts[*axis] = part.start;
    counts[*axis] = part.count;
    steps[*axis] = operands->steps[i];
  }
  return {n.slice(x, starts, steps, counts)};
}

// The extents of the parts; empty after a failure.
Extents splitExtents(NodeContext &n, AffineExpr extent) {
  int64_t parts = n.node.outputs.size();
  if (auto given = n.integersAttribute("split"))
    return n.fixed(*given);
  if (n.has(1)) {
    auto given = n.shapeInput(1, "split");
    return given ? Extents(given->begin(), given->end()) : Extents();
  }
  if (n.hasAttribute("num_outputs") && n.integer("num_outputs", 0) != parts) {
    n.fail("num_outputs is " + Twine(n.integer("num_outputs", 0)) + ", the node has " +
           Twine(parts));
    return {};
  }
  if (AffineExpr equal = dividedExactly(extent, n.fixed(parts)))
    return Extents(parts, equal);
  auto fixed = graph::constantOf(extent);
  if (!fixed || n.opset < 18) {
    n.fail("an axis cannot be shown to divide into " + Twine(parts) + " equal parts");
    return {};
  }
  int64_t chunk = (*fixed + parts - 1) / parts;
  Extents extents(parts - 1, n.fixed(chunk));
  extents.push_back(n.fixed(*fixed - chunk * (parts - 1)));
  return extents;
}

Values split(NodeContext &n) {
  Value x = n.input(0);
  auto axis = x ? n.axis("axis", 0, rankOf(x)) : std::nullopt;
  if (!axis)
    return {};
  Extents parts = splitExtents(n, extentsOf(x)[*axis]);
  if (n.failed())
    return {};
  AffineExpr start = n.fixed(0);
  Values results;
  for (AffineExpr part : parts) {
    results.push_back(n.sliceAxis(x, *axis, start, part));
    start = start + part;
  }
  if (AffineExpr rest = extentsOf(x)[*axis] - start; graph::constantOf(rest).value_or(0) != 0)
    return n.fail("the parts differ from the axis's extent by " + Twine(*graph::constantOf(rest)));
  return results;
}

std::optional<graph::PadKind> padKind(NodeContext &n) {
  StringRef mode = n.text("mode", "constant");
  auto kind = graph::symbolizePadKind(mode);
  if (!kind)
    n.fail("mode is '" + mode + "', expected 'constant', 'reflect', 'edge' or 'wrap'");
  return kind;
}

Values pad(NodeContext &n) {
  Value x = n.input(0);
  auto kind = padKind(n);
  auto widths = n.listAttributeOrInput(n.hasAttribute("paddings") ? "paddings" : "pads", 1);
  if (!x || !kind || !widths)
    return {};
  int64_t rank = rankOf(x);
  auto axes = n.has(3) ? n.constantInput(3, "axes") : std::nullopt;
  if (n.failed())
    return {};
  if (!axes)
    axes = llvm::to_vector<6>(llvm::seq<int64_t>(0, rank));
  size_t count = axes->size();
  if (widths->size() != 2 * count)
    return n.fail("there are " + Twine(widths->size()) + " pads, expected " + Twine(2 * count));
  Integers low(rank, 0), high(rank, 0);
  for (size_t i = 0; i < count; ++i) {
    auto axis = n.checkedAxis((*axes)[i], rank);
    if (!axis)
      return {};
    low[*axis] = (*widths)[i];
    high[*axis] = (*widths)[count + i];
  }
  Value value = n.has(2) ? n.reshape(n.input(2), {}) : n.scalarLike(n.number("value", 0), x);
  return {n.infer<graph::PadOp>(*kind, x, value, ArrayRef<int64_t>(low), ArrayRef<int64_t>(high))};
}

Values triangle(NodeContext &n) {
  Value x = n.input(0);
  if (!x || rankOf(x) < 2)
    return n.fail("the input is no matrix, expected rank 2 or more");
  int64_t diagonal = 0;
  if (n.has(1)) {
    auto k = n.constantInput(1, "k");
    if (!k || k->size() != 1)
      return n.fail("k is no scalar, expected one");
    diagonal = k->front();
  }
  Extents extents = extentsOf(x);
  size_t rank = extents.size();
  Value rows = n.iota({extents[rank - 2], n.fixed(1)}, 0, n.i64());
  Value columns = n.iota({n.fixed(1), extents[rank - 1]}, 1, n.i64());
  Value border = n.add(rows, double(diagonal));
  bool upper = n.integer("upper", 1) != 0;
  Value kept =
      n.compare(upper ? CompareKind::GreaterOrEqual : CompareKind::LessOrEqual, columns, border);
  return {n.select(kept, x, n.scalarLike(0, x))};
}

} // namespace

llvm::ArrayRef<OpRow> sliceOps() {
  static constexpr OpRow rows[] = {
      {"Slice", 1, kLastOpset, slice},
      {"Split", 1, kLastOpset, split},
      {"Pad", 1, kLastOpset, pad},
      {"Trilu", 14, kLastOpset, triangle},
  };
  return rows;
}

} // namespace mdc::importer
