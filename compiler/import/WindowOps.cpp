// Convolutions and pools.
#include "compiler/import/OpTable.h"
#include "compiler/import/Windowing.h"

#include <cmath>

using namespace mlir;

namespace mdc::importer {
namespace {

Integers kernelOf(Value weight) {
  ArrayRef<int64_t> shape = typeOf(weight).getShape();
  return Integers(shape.drop_front(std::min<size_t>(2, shape.size())));
}

Value convolved(NodeContext &n, Value x, Value weight, Value bias) {
  if (!x || !weight)
    return {};
  auto windows = windowingOf(n, x, kernelOf(weight));
  if (!windows)
    return {};
  if (windows->kernel != kernelOf(weight)) {
    n.fail("kernel_shape differs from the weight's shape " + graph::shapeText(typeOf(weight)));
    return {};
  }
  return n.infer<graph::ConvOp>(x, weight, TensorBuilder::Optional{bias},
                                ArrayRef<int64_t>(windows->strides),
                                ArrayRef<int64_t>(windows->pads),
                                ArrayRef<int64_t>(windows->dilations), n.integer("group", 1));
}

Values conv(NodeContext &n) { return {convolved(n, n.input(0), n.input(1), n.optionalInput(2))}; }

// Integers: in i32, with the zero points taken off first.
Values convInteger(NodeContext &n) {
  Type i32 = n.builder.getI32Type();
  Value x = n.cast(n.input(0), i32), weight = n.cast(n.input(1), i32);
  if (n.has(2))
    x = n.sub(x, n.reshape(n.cast(n.input(2), i32), {}));
  if (n.has(3) && weight) {
    Value zero = n.cast(n.input(3), i32);
    weight =
        n.sub(weight, zero && rankOf(zero) == 1 ? n.channelwise(zero, rankOf(weight) - 1) : zero);
  }
  return {convolved(n, x, weight, {})};
}

Value pooled(NodeContext &n, graph::PoolKind kind, Value x, const Windowing &windows,
             bool countIncludePad) {
  Extents extents = pooledExtents(n, x, windows, n.integer("ceil_mode", 0) != 0);
  if (n.failed())
    return {};
  return n.make<graph::PoolOp>(graph::tensorOf(extents, elementOf(x)), kind, x,
                               ArrayRef<int64_t>(windows.kernel),
                               ArrayRef<int64_t>(windows.strides), ArrayRef<int64_t>(windows.pads),
                               ArrayRef<int64_t>(windows.dilations), countIncludePad);
}

Values maxPool(NodeContext &n) {
  Value x = n.input(0);
  auto windows = windowingOf(n, x);
  return windows ? Values{pooled(n, graph::PoolKind::Max, x, *windows, false)} : Values();
}

Values averagePool(NodeContext &n) {
  Value x = n.input(0);
  auto windows = windowingOf(n, x);
  if (!windows)
    return {};
  bool withPad = n.integer("count_include_pad", 0) != 0;
  return {pooled(n, graph::PoolKind::Average, x, *windows, withPad)};
}

// |x|^p and its inverse; p is 2 nearly always.
Value toPower(NodeContext &n, Value x, double p) {
  Value size = n.unary(UnaryKind::Abs, x);
  return p == 1 ? size : p == 2 ? n.mul(x, x) : n.binary(BinaryKind::Pow, size, p);
}
Value fromPower(NodeContext &n, Value x, double p) {
  return p == 1 ? x : p == 2 ? n.unary(UnaryKind::Sqrt, x) : n.binary(BinaryKind::Pow, x, 1 / p);
}

// The p-norm of each window: the mean over the padded window times its size is the sum.
Values lpPool(NodeContext &n) {
  Value x = n.input(0);
  auto windows = windowingOf(n, x);
  if (!windows)
    return {};
  if (n.integer("ceil_mode", 0) != 0)
    return n.fail("ceil_mode of LpPool is not supported");
  double p = double(n.integer("p", 2)), count = 1;
  for (int64_t extent : windows->kernel)
    count *= double(extent);
  Value mean = pooled(n, graph::PoolKind::Average, toPower(n, x, p), *windows, true);
  return {fromPower(n, n.mul(mean, count), p)};
}

Integers spatialAxes(Value x) { return llvm::to_vector<6>(llvm::seq<int64_t>(2, rankOf(x))); }

template <ReduceKind kind> Values globalPool(NodeContext &n) {
  Value x = n.input(0);
  if (!x || rankOf(x) < 3)
    return n.fail("the input has no spatial axes, expected [batch, channel, spatial...]");
  return {n.reduce(kind, x, spatialAxes(x))};
}

Values globalLpPool(NodeContext &n) {
  Value x = n.input(0);
  if (!x || rankOf(x) < 3)
    return n.fail("the input has no spatial axes, expected [batch, channel, spatial...]");
  double p = double(n.integer("p", 2));
  return {fromPower(n, n.reduce(ReduceKind::Sum, toPower(n, x, p), spatialAxes(x)), p)};
}

// x / (bias + alpha * mean of squares over neighbouring channels) ^ beta.
Values localResponseNorm(NodeContext &n) {
  Value x = n.input(0);
  int64_t size = n.integer("size", 0);
  if (!x || rankOf(x) < 2 || size < 1)
    return n.fail("size is " + Twine(size) + ", expected a positive number of channels");
  Extents extents = extentsOf(x);
  ArrayRef<AffineExpr> all(extents);
  AffineExpr places = graph::elementCount(all.drop_front(2), n.builder.getContext());
  Value square = n.reshape(n.mul(x, x), {extents[0], n.fixed(1), extents[1], places});
  if (!square)
    return {};
  Windowing windows{{size, 1}, {1, 1}, {1, 1}, {(size - 1) / 2, 0, size / 2, 0}};
  Value mean = pooled(n, graph::PoolKind::Average, square, windows, true);
  Value scaled =
      n.add(n.mul(n.reshape(mean, extents), n.number("alpha", 0.0001)), n.number("bias", 1));
  return {n.div(x, n.binary(BinaryKind::Pow, scaled, n.number("beta", 0.75)))};
}

} // namespace

llvm::ArrayRef<OpRow> windowOps() {
  static constexpr OpRow rows[] = {
      {"Conv", 1, kLastOpset, conv},
      {"ConvInteger", 10, kLastOpset, convInteger},
      {"ConvTranspose", 1, kLastOpset, convTranspose},
      {"MaxPool", 1, kLastOpset, maxPool},
      {"AveragePool", 1, kLastOpset, averagePool},
      {"LpPool", 1, kLastOpset, lpPool},
      {"GlobalAveragePool", 1, kLastOpset, globalPool<ReduceKind::Mean>},
      {"GlobalMaxPool", 1, kLastOpset, globalPool<ReduceKind::Max>},
      {"GlobalLpPool", 1, kLastOpset, globalLpPool},
      {"LRN", 1, kLastOpset, localResponseNorm},
  };
  return rows;
}

} // namespace mdc::importer
