// Normalizations. Those with fixed statistics become a product and a sum with constants, which fold
// into their neighbours later.
#include "compiler/import/OpTable.h"

#include "mlir/Analysis/SliceAnalysis.h"

using namespace mlir;

namespace mdc::importer {
namespace {

// Whether no input of the model is among what the value is computed of.
bool comesOfConstants(Value value) {
  BackwardSliceOptions options;
  options.inclusive = true;
  SetVector<Operation *> ops;
  if (isa<BlockArgument>(value) || failed(getBackwardSlice(value, &ops, options)))
    return false;
  return llvm::none_of(ops, [](Operation *op) {
    return llvm::any_of(op->getOperands(), llvm::IsaPred<BlockArgument>);
  });
}

// Of each channel, [C].
struct ChannelStatistics {
  Value mean, variance;
};

ChannelStatistics channelStatistics(NodeContext &n, Value x) {
  Integers axes = {0};
  llvm::append_range(axes, llvm::seq<int64_t>(2, rankOf(x)));
  Value mean = n.reduce(ReduceKind::Mean, x, axes), centred = n.sub(x, mean);
  Value variance = n.reduce(ReduceKind::Mean, n.mul(centred, centred), axes);
  return {n.withoutAxes(mean, axes), n.withoutAxes(variance, axes)};
}

// Statistics of what is normalized are taken of weights alone, which some networks standardize so:
// an answer must not depend on what else is in its batch.
Values batchNorm(NodeContext &n) {
  Value x = n.input(0), scale = n.input(1), bias = n.input(2);
  ChannelStatistics fixed = {n.input(3), n.input(4)}, used = fixed;
  if (!x || !fixed.variance)
    return {};
  bool training = n.integer("training_mode", 0) != 0;
  bool inferring = n.opset >= 7 || n.integer("is_test", 0) != 0;
  if ((training && !comesOfConstants(x)) || !inferring)
    return n.fail("training_mode is set, expected a model exported for inference");
  if (n.integer("spatial", 1) == 0)
    return n.fail("spatial = 0 is not supported, expected one statistic for each channel");
  if (rankOf(x) < 2)
    return n.fail("the input has rank " + Twine(rankOf(x)) + ", expected [batch, channel, ...]");
  if (training)
    used = channelStatistics(n, x);
  Value deviation = n.unary(UnaryKind::Sqrt, n.add(used.variance, n.number("epsilon", 1e-5)));
  Value factor = n.div(scale, deviation);
  Value offset = n.sub(bias, n.mul(used.mean, factor));
  int64_t trailing = rankOf(x) - 2;
  factor = n.cast(n.channelwise(factor, trailing), elementOf(x));
  offset = n.cast(n.channelwise(offset, trailing), elementOf(x));
  Values results = {n.add(n.mul(x, factor), offset)};
  double momentum = n.number("momentum", 0.9);
  auto moved = [&](Value before, Value now) {
    return n.add(n.mul(before, momentum), n.mul(now, 1 - momentum));
  };
  if (training && (n.outputUsed(1) || n.outputUsed(2)))
    results.append({moved(fixed.mean, used.mean), moved(fixed.variance, used.variance)});
  return results;
}

// Rows are all axes from `axis` on. Narrow floats are computed in f32, as ONNX's stash_type asks.
Value normalized(NodeContext &n, graph::NormKind kind, Value x, int64_t axis, double epsilon) {
  if (!x)
    return {};
  Type element = elementOf(x);
  Type wide = element.getIntOrFloatBitWidth() < 32 ? n.builder.getF32Type() : element;
  Value y = n.infer<graph::NormOp>(kind, n.cast(x, wide), axis, llvm::APFloat(epsilon));
  return n.cast(y, element);
}

Values instanceNorm(NodeContext &n) {
  Value x = n.input(0);
  if (!x || rankOf(x) < 3)
    return n.fail("the input has no spatial axes, expected [batch, channel, spatial...]");
  Value y = normalized(n, graph::NormKind::Layer, x, 2, n.number("epsilon", 1e-5));
  int64_t trailing = rankOf(x) - 2;
  return {
      n.add(n.mul(y, n.channelwise(n.input(1), trailing)), n.channelwise(n.input(2), trailing))};
}

// Outputs 1 and 2: the rows' mean and the inverse of their deviation.
void addStatistics(NodeContext &n, Value x, int64_t axis, Values &results) {
  Type f32 = n.builder.getF32Type();
  auto axes = llvm::to_vector<6>(llvm::seq<int64_t>(axis, rankOf(x)));
  Value wide = n.cast(x, f32), mean = n.reduce(ReduceKind::Mean, wide, axes);
  Value centred = n.sub(wide, mean);
  Value variance = n.reduce(ReduceKind::Mean, n.mul(centred, centred), axes);
  Value deviation = n.unary(UnaryKind::Sqrt, n.add(variance, n.number("epsilon", 1e-5)));
  results.push_back(mean);
  results.push_back(n.unary(UnaryKind::Reciprocal, deviation));
}

Values layerNorm(NodeContext &n) {
  Value x = n.input(0), scale = n.input(1);
  auto axis = x ? n.axis("axis", -1, rankOf(x)) : std::nullopt;
  if (!axis)
    return {};
  Value y = normalized(n, graph::NormKind::Layer, x, *axis, n.number("epsilon", 1e-5));
  y = n.mul(y, scale);
  Values results = {n.has(2) ? n.add(y, n.input(2)) : y};
  if (n.outputUsed(1) || n.outputUsed(2))
    addStatistics(n, x, *axis, results);
  return results;
}

Values rmsNorm(NodeContext &n) {
  Value x = n.input(0), scale = n.input(1);
  auto axis = x ? n.axis("axis", -1, rankOf(x)) : std::nullopt;
  if (!axis)
    return {};
  Value y = normalized(n, graph::NormKind::Rms, x, *axis, n.number("epsilon", 1e-5));
  return {n.mul(y, n.cast(scale, elementOf(x)))};
}

Values groupNorm(NodeContext &n) {
  Value x = n.input(0), scale = n.input(1), bias = n.input(2);
  int64_t groups = n.integer("num_groups", 0);
  if (!x || !scale || !bias)
    return {};
  Extents extents = extentsOf(x);
  AffineExpr perGroup = groups > 0 && extents.size() >= 2
                            ? dividedExactly(extents[1], n.fixed(groups))
                            : AffineExpr();
  if (!perGroup)
    return n.fail("the channels of " + graph::shapeText(typeOf(x)) + " do not divide into " +
                  Twine(groups) + " groups");
  Extents split = {extents[0], n.fixed(groups), perGroup};
  split.append(extents.begin() + 2, extents.end());
  Value y =
      normalized(n, graph::NormKind::Layer, n.reshape(x, split), 2, n.number("epsilon", 1e-5));
  if (n.opset < 21) { // one scale for each group
    int64_t trailing = split.size() - 2;
    y = n.add(n.mul(y, n.channelwise(scale, trailing)), n.channelwise(bias, trailing));
    return {n.reshape(y, extents)};
  }
  int64_t trailing = extents.size() - 2;
  y = n.reshape(y, extents);
  return {n.add(n.mul(y, n.channelwise(scale, trailing)), n.channelwise(bias, trailing))};
}

Values meanVarianceNorm(NodeContext &n) {
  Value x = n.input(0);
  if (!x)
    return {};
  auto axes = n.checkedAxes(n.integersAttribute("axes").value_or(Integers{0, 2, 3}), rankOf(x));
  if (!axes)
    return {};
  Value centred = n.sub(x, n.reduce(ReduceKind::Mean, x, *axes));
  Value variance = n.reduce(ReduceKind::Mean, n.mul(centred, centred), *axes);
  return {n.div(centred, n.add(n.unary(UnaryKind::Sqrt, variance), 1e-9))};
}

// A row of zeros stays one.
Values lpNorm(NodeContext &n) {
  Value x = n.input(0);
  auto axis = x ? n.axis("axis", -1, rankOf(x)) : std::nullopt;
  if (!axis)
    return {};
  int64_t p = n.integer("p", 2);
  if (p != 1 && p != 2)
    return n.fail("p is " + Twine(p) + ", expected 1 or 2");
  Value size = p == 1 ? n.unary(UnaryKind::Abs, x) : n.mul(x, x);
  Value norm = n.reduce(ReduceKind::Sum, size, {*axis});
  if (p == 2)
    norm = n.unary(UnaryKind::Sqrt, norm);
  Value isZero = n.compare(CompareKind::Equal, norm, 0.0);
  return {n.div(x, n.select(isZero, n.scalarLike(1, norm), norm))};
}

} // namespace

llvm::ArrayRef<OpRow> normOps() {
  static constexpr OpRow rows[] = {
      {"BatchNormalization", 1, kLastOpset, batchNorm},
      {"InstanceNormalization", 1, kLastOpset, instanceNorm},
      {"LayerNormalization", 17, kLastOpset, layerNorm},
      {"RMSNormalization", 23, kLastOpset, rmsNorm},
      {"GroupNormalization", 18, kLastOpset, groupNorm},
      {"MeanVarianceNormalization", 9, kLastOpset, meanVarianceNorm},
      {"LpNormalization", 1, kLastOpset, lpNorm},
  };
  return rows;
}

} // namespace mdc::importer
