// Activation functions, from the functions that the dialect has.
#include "compiler/import/OpTable.h"

#include <numbers>

using namespace mlir;

namespace mdc::importer {
namespace {

Values relu(NodeContext &n) {
  Value x = n.input(0);
  if (x && !isFloat(x))
    return {n.max(x, 0.0)};
  return {n.unary(UnaryKind::Relu, x)};
}

Values sigmoid(NodeContext &n) { return {n.unary(UnaryKind::Sigmoid, n.input(0))}; }

Values leakyRelu(NodeContext &n) {
  Value x = n.input(0);
  double alpha = n.number("alpha", 0.01);
  if (alpha >= 0 && alpha <= 1)
    return {n.max(x, n.mul(x, alpha))};
  return {n.select(n.compare(CompareKind::Less, x, 0.0), n.mul(x, alpha), x)};
}

Values parametricRelu(NodeContext &n) {
  Value x = n.input(0), slope = n.input(1);
  if (n.opset < 7 && x && slope && rankOf(slope) == 1) // one for each channel
    slope = n.channelwise(slope, std::max<int64_t>(rankOf(x) - 2, 0));
  return {n.select(n.compare(CompareKind::Less, x, 0.0), n.mul(slope, x), x)};
}

// alpha * (exp(x) - 1)
Value scaledExponential(NodeContext &n, Value x, double alpha) {
  return n.mul(n.sub(n.unary(UnaryKind::Exp, x), 1.0), alpha);
}

Values elu(NodeContext &n) {
  Value x = n.input(0);
  Value below = scaledExponential(n, n.min(x, 0.0), n.number("alpha", 1));
  return {n.select(n.compare(CompareKind::Less, x, 0.0), below, x)};
}

Values selu(NodeContext &n) {
  Value x = n.input(0);
  Value below = scaledExponential(
      n, n.min(x, 0.0), n.number("alpha", n.opset < 6 ? 1.6732 : 1.67326319217681884765625));
  Value both = n.select(n.compare(CompareKind::Greater, x, 0.0), x, below);
  return {n.mul(both, n.number("gamma", n.opset < 6 ? 1.0507 : 1.05070102214813232421875))};
}

Values celu(NodeContext &n) {
  Value x = n.input(0);
  double alpha = n.number("alpha", 1);
  Value below = scaledExponential(n, n.div(n.min(x, 0.0), alpha), alpha);
  return {n.add(n.max(x, 0.0), below)};
}

// log(exp(x) + 1) without overflow.
Value softplusOf(NodeContext &n, Value x) {
  Value small = n.unary(UnaryKind::Exp, n.unary(UnaryKind::Neg, n.unary(UnaryKind::Abs, x)));
  return n.add(n.max(x, 0.0), n.unary(UnaryKind::Log, n.add(small, 1.0)));
}

Values softplus(NodeContext &n) { return {softplusOf(n, n.input(0))}; }

Values softsign(NodeContext &n) {
  Value x = n.input(0);
  return {n.div(x, n.add(n.unary(UnaryKind::Abs, x), 1.0))};
}

Values mish(NodeContext &n) {
  Value x = n.input(0);
  return {n.mul(x, n.unary(UnaryKind::Tanh, softplusOf(n, x)))};
}

Values gelu(NodeContext &n) {
  Value x = n.input(0), inner;
  StringRef form = n.text("approximate", "none");
  if (form == "none") {
    inner = n.unary(UnaryKind::Erf, n.mul(x, std::numbers::sqrt2 / 2));
  } else if (form == "tanh") {
    Value cube = n.mul(n.mul(x, x), x);
    Value sum = n.add(x, n.mul(cube, 0.044715));
    inner = n.unary(UnaryKind::Tanh, n.mul(sum, std::numbers::sqrt2 * std::numbers::inv_sqrtpi));
  } else {
    return n.fail("approximate is '" + form + "', expected 'none' or 'tanh'");
  }
  return {n.mul(n.mul(x, 0.5), n.add(inner, 1.0))};
}

Value hardSigmoidOf(NodeContext &n, Value x, double alpha, double beta) {
  return n.max(n.min(n.add(n.mul(x, alpha), beta), 1.0), 0.0);
}

Values hardSigmoid(NodeContext &n) {
  return {hardSigmoidOf(n, n.input(0), n.number("alpha", 0.2), n.number("beta", 0.5))};
}

Values hardSwish(NodeContext &n) {
  Value x = n.input(0);
  return {n.mul(x, hardSigmoidOf(n, x, 1.0 / 6, 0.5))};
}

Values swish(NodeContext &n) {
  Value x = n.input(0);
  double alpha = n.number("alpha", 1);
  Value scaled = alpha == 1 ? x : n.mul(x, alpha);
  return {n.mul(x, n.unary(UnaryKind::Sigmoid, scaled))};
}

Values thresholdedRelu(NodeContext &n) {
  Value x = n.input(0);
  Value above = n.compare(CompareKind::Greater, x, n.number("alpha", 1));
  return {n.select(above, x, n.scalarLike(0, x))};
}

Values shrink(NodeContext &n) {
  Value x = n.input(0);
  double bias = n.number("bias", 0), lambda = n.number("lambd", 0.5);
  Value low = n.compare(CompareKind::Less, x, -lambda);
  Value high = n.compare(CompareKind::Greater, x, lambda);
  Value rest = n.select(high, n.sub(x, bias), n.scalarLike(0, x));
  return {n.select(low, n.add(x, bias), rest)};
}

} // namespace

llvm::ArrayRef<OpRow> activationOps() {
  static constexpr OpRow rows[] = {
      {"Relu", 1, kLastOpset, relu},
      {"Sigmoid", 1, kLastOpset, sigmoid},
      {"LeakyRelu", 1, kLastOpset, leakyRelu},
      {"PRelu", 1, kLastOpset, parametricRelu},
      {"Elu", 1, kLastOpset, elu},
      {"Selu", 1, kLastOpset, selu},
      {"Celu", 12, kLastOpset, celu},
      {"Softplus", 1, kLastOpset, softplus},
      {"Softsign", 1, kLastOpset, softsign},
      {"Mish", 18, kLastOpset, mish},
      {"Gelu", 20, kLastOpset, gelu},
      {"HardSigmoid", 1, kLastOpset, hardSigmoid},
      {"HardSwish", 14, kLastOpset, hardSwish},
      {"Swish", 24, kLastOpset, swish},
      {"ThresholdedRelu", 10, kLastOpset, thresholdedRelu},
      {"Shrink", 9, kLastOpset, shrink},
  };
  return rows;
}

} // namespace mdc::importer
