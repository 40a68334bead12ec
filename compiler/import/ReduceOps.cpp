// Many elements to one, softmax and running sums.
#include "compiler/import/OpTable.h"

#include <limits>

using namespace mlir;

namespace mdc::importer {
namespace {

// The axes of a reduction: an attribute in old opsets, an operand in new ones. Without any: all, or
// none with noop_with_empty_axes.
std::optional<Integers> reducedAxes(NodeContext &n, Value x) {
  auto axes = n.listAttributeOrInput("axes", 1);
  if (n.failed())
    return std::nullopt;
  if (axes && !axes->empty())
    return n.checkedAxes(*axes, rankOf(x));
  if (n.integer("noop_with_empty_axes", 0) != 0)
    return Integers();
  return llvm::to_vector<6>(llvm::seq<int64_t>(0, rankOf(x)));
}

// `combine` reduces x along the axes, which keep extent 1.
template <typename Combine> Values reduction(NodeContext &n, Combine combine) {
  Value x = n.input(0);
  auto axes = x ? reducedAxes(n, x) : std::nullopt;
  if (!axes)
    return {};
  Value result = combine(x, *axes);
  return {n.integer("keepdims", 1) != 0 ? result : n.withoutAxes(result, *axes)};
}

template <ReduceKind kind> Values reduce(NodeContext &n) {
  return reduction(n, [&](Value x, const Integers &axes) {
    if (elementOf(x).isInteger(1)) // max is "any", min is "all"
      return n.cast(n.reduce(kind, n.cast(x, n.builder.getI8Type()), axes), n.i1());
    return n.reduce(kind, x, axes);
  });
}

Values reduceL1(NodeContext &n) {
  return reduction(n, [&](Value x, const Integers &axes) {
    return n.reduce(ReduceKind::Sum, n.unary(UnaryKind::Abs, x), axes);
  });
}

// The root of integers: through floats.
Value squareRoot(NodeContext &n, Value x) {
  if (!x || isFloat(x))
    return n.unary(UnaryKind::Sqrt, x);
  return n.cast(n.unary(UnaryKind::Sqrt, n.cast(x, n.builder.getF64Type())), elementOf(x));
}

Values reduceL2(NodeContext &n) {
  return reduction(n, [&](Value x, const Integers &axes) {
    return squareRoot(n, n.reduce(ReduceKind::Sum, n.mul(x, x), axes));
  });
}

Values reduceSumSquare(NodeContext &n) {
  return reduction(n, [&](Value x, const Integers &axes) {
    return n.reduce(ReduceKind::Sum, n.mul(x, x), axes);
  });
}

Values reduceLogSum(NodeContext &n) {
  return reduction(n, [&](Value x, const Integers &axes) {
    return n.unary(UnaryKind::Log, n.reduce(ReduceKind::Sum, x, axes));
  });
}

// The largest element is taken off first, so that nothing overflows; an infinity stays, because
// less itself it is no number.
Values reduceLogSumExp(NodeContext &n) {
  return reduction(n, [&](Value x, const Integers &axes) {
    Value largest = n.reduce(ReduceKind::Max, x, axes);
    if (largest && isFloat(largest)) {
      double most = std::numeric_limits<double>::infinity();
      Value isFinite = n.compare(CompareKind::Less, n.unary(UnaryKind::Abs, largest), most);
      largest = n.select(isFinite, largest, n.scalarLike(0, largest));
    }
    Value sum = n.reduce(ReduceKind::Sum, n.unary(UnaryKind::Exp, n.sub(x, largest)), axes);
    return n.add(n.unary(UnaryKind::Log, sum), largest);
  });
}

// Of a list of known integers, such as a shape.
template <ReduceKind kind> Value knownArgReduce(NodeContext &n, Value x, bool last) {
  auto known = graph::constantsOf(x);
  if (!known || known->empty() || rankOf(x) != 1)
    return {};
  int64_t best = 0;
  for (auto [index, value] : llvm::enumerate(*known)) {
    bool better = kind == ReduceKind::Max ? value > (*known)[best] : value < (*known)[best];
    if (better || (last && value == (*known)[best]))
      best = index;
  }
  return n.integers({n.fixed(best)}, RankedTensorType::get({1}, n.i64()));
}

template <ReduceKind kind> Values argReduce(NodeContext &n) {
  Value x = n.input(0);
  auto axis = x ? n.axis("axis", 0, rankOf(x)) : std::nullopt;
  if (!axis)
    return {};
  bool last = n.integer("select_last_index", 0) != 0;
  Value result = knownArgReduce<kind>(n, x, last);
  if (!result)
    result = n.infer<graph::ArgReduceOp>(kind, x, *axis, last);
  return {n.integer("keepdims", 1) != 0 ? result : n.withoutAxes(result, {*axis})};
}

// `apply` works along one axis. Before opset 13 the axes from `axis` on count as one.
template <typename Apply> Values alongAxis(NodeContext &n, Apply apply) {
  Value x = n.input(0);
  if (!x)
    return {};
  int64_t rank = rankOf(x);
  auto axis = n.axis("axis", n.opset < 13 ? 1 : -1, rank);
  if (!axis)
    return {};
  if (n.opset >= 13 || *axis == rank - 1)
    return {apply(x, *axis)};
  Extents extents = extentsOf(x);
  ArrayRef<AffineExpr> all(extents);
  MLIRContext *context = n.builder.getContext();
  Value flat = n.reshape(x, {graph::elementCount(all.take_front(*axis), context),
                             graph::elementCount(all.drop_front(*axis), context)});
  return {n.reshape(apply(flat, 1), extents)};
}

template <bool logarithm> Values softmax(NodeContext &n) {
  return alongAxis(
      n, [&](Value x, int64_t axis) { return n.infer<graph::SoftmaxOp>(x, axis, logarithm); });
}

// 1 at the first largest element, else 0.
Values hardmax(NodeContext &n) {
  return alongAxis(n, [&](Value x, int64_t axis) -> Value {
    Value largest = n.infer<graph::ArgReduceOp>(ReduceKind::Max, x, axis, false);
    Extents extents(rankOf(x), n.fixed(1));
    extents[axis] = extentsOf(x)[axis];
    return n.cast(n.compare(CompareKind::Equal, n.iota(extents, axis, n.i64()), largest),
                  elementOf(x));
  });
}

Values cumulativeSum(NodeContext &n) {
  Value x = n.input(0);
  auto given = n.constantInput(1, "axis");
  if (!x || !given || given->size() != 1)
    return {};
  auto axis = n.checkedAxis(given->front(), rankOf(x));
  if (!axis)
    return {};
  return {n.infer<graph::CumSumOp>(x, *axis, n.integer("exclusive", 0) != 0,
                                   n.integer("reverse", 0) != 0)};
}

} // namespace

llvm::ArrayRef<OpRow> reduceOps() {
  static constexpr OpRow rows[] = {
      {"ReduceSum", 1, kLastOpset, reduce<ReduceKind::Sum>},
      {"ReduceMean", 1, kLastOpset, reduce<ReduceKind::Mean>},
      {"ReduceMax", 1, kLastOpset, reduce<ReduceKind::Max>},
      {"ReduceMin", 1, kLastOpset, reduce<ReduceKind::Min>},
      {"ReduceProd", 1, kLastOpset, reduce<ReduceKind::Product>},
      {"ReduceL1", 1, kLastOpset, reduceL1},
      {"ReduceL2", 1, kLastOpset, reduceL2},
      {"ReduceSumSquare", 1, kLastOpset, reduceSumSquare},
      {"ReduceLogSum", 1, kLastOpset, reduceLogSum},
      {"ReduceLogSumExp", 1, kLastOpset, reduceLogSumExp},
      {"ArgMax", 1, kLastOpset, argReduce<ReduceKind::Max>},
      {"ArgMin", 1, kLastOpset, argReduce<ReduceKind::Min>},
      {"Softmax", 1, kLastOpset, softmax<false>},
      {"LogSoftmax", 1, kLastOpset, softmax<true>},
      {"Hardmax", 1, kLastOpset, hardmax},
      {"CumSum", 11, kLastOpset, cumulativeSum},
  };
  return rows;
}

} // namespace mdc::importer
