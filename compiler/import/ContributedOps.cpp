// Operators of the domain com.microsoft, which ONNX Runtime's quantizer writes where ONNX has none
// of bytes: the operator of floats, between a dequantization and a quantization.
#include "compiler/import/OpTable.h"
#include "compiler/import/Quantization.h"

using namespace mlir;

namespace mdc::importer {
namespace {

/// What the ONNX operator `name` makes of `operands`, with this node's attributes.
Value asFloats(NodeContext &n, llvm::StringRef name, int64_t opset, Values operands) {
  const OpRow *row = findOp(name, opset);
  if (!row) {
    n.fail(name + " of opset " + Twine(opset) + " is not supported");
    return {};
  }
  NodeContext floats(n, n.node, opset, std::move(operands), n.dimNames, n.importGraph,
                     n.makeConstant);
  Values results = row->build(floats);
  if (floats.failed())
    n.fail(floats.problem, floats.wayOut);
  return results.empty() || floats.failed() ? Value() : results.front();
}

/// The result by the scale and zero point that are operands from `scale` on.
Values quantizedValue(NodeContext &n, Value numbers, size_t scale) {
  if (n.failed())
    return {};
  Value result = hasConstantResult(n, scale) ? quantizedResult(n, numbers, scale) : Value();
  return result ? Values{result}
                : n.fail("the result's scale and zero point are not constants of one value");
}

/// Operands from `first` on, three each: integers, scale and zero point.
bool addNumbers(NodeContext &n, size_t first, size_t count, Values &numbers) {
  for (size_t operand = 0; operand < count; ++operand) {
    numbers.push_back(dequantizedInput(n, first + 3 * operand));
    if (!numbers.back()) {
      n.fail("operand " + Twine(first + 3 * operand) + " is not of bytes by a constant scale");
      return false;
    }
  }
  return true;
}

constexpr llvm::StringLiteral kPrefix = "QLinear";

/// QLinearOP of `count` operands: OP.
template <size_t count> Values quantizedOp(NodeContext &n) {
  if (n.integer("channels_last", 0) != 0)
    return n.fail("channels_last is not supported");
  Values numbers;
  if (!addNumbers(n, 0, count, numbers))
    return {};
  llvm::StringRef name = n.node.opType.drop_front(kPrefix.size());
  return quantizedValue(n, asFloats(n, name, n.opset, std::move(numbers)), 3 * count);
}

/// The attribute opset says which form of Softmax is meant.
Values quantizedSoftmax(NodeContext &n) {
  Values numbers;
  if (!addNumbers(n, 0, 1, numbers))
    return {};
  return quantizedValue(n, asFloats(n, "Softmax", n.integer("opset", 13), std::move(numbers)), 3);
}

/// Scale and zero point of the result come first.
Values quantizedConcat(NodeContext &n) {
  constexpr size_t first = 2;
  Values numbers;
  if (n.inputCount() < first + 3 || !addNumbers(n, first, (n.inputCount() - first) / 3, numbers))
    return {};
  return quantizedValue(n, asFloats(n, "Concat", n.opset, std::move(numbers)), 0);
}

/// Gemm with a bias in i32; of floats where the result has no scale.
Values quantizedGemm(NodeContext &n) {
  constexpr size_t left = 0, right = 3, bias = 6, scale = 7;
  Value a = dequantizedInput(n, left);
  Value b = dequantizedInput(n, right, n.integer("transB", 0) != 0 ? 0 : 1);
  if (!a || !b || n.number("alpha", 1) != 1)
    return n.fail("the operands are not of bytes by constant scales with an alpha of 1");
  Values operands = {a, b};
  if (n.has(bias))
    operands.push_back(dequantizedBias(n, n.input(bias), left + 1, right + 1));
  if (!operands.back())
    return n.fail("the bias does not fit the scales");
  Value numbers = asFloats(n, "Gemm", n.opset, std::move(operands));
  return n.has(scale) ? quantizedValue(n, numbers, scale) : Values{numbers};
}

} // namespace

llvm::ArrayRef<OpRow> contributedOps() {
  static constexpr OpRow rows[] = {
      {"com.microsoft.QLinearAdd", 1, kLastOpset, quantizedOp<2>},
      {"com.microsoft.QLinearMul", 1, kLastOpset, quantizedOp<2>},
      {"com.microsoft.QLinearSigmoid", 1, kLastOpset, quantizedOp<1>},
      {"com.microsoft.QLinearLeakyRelu", 1, kLastOpset, quantizedOp<1>},
      {"com.microsoft.QLinearAveragePool", 1, kLastOpset, quantizedOp<1>},
      {"com.microsoft.QLinearGlobalAveragePool", 1, kLastOpset, quantizedOp<1>},
      {"com.microsoft.QLinearSoftmax", 1, kLastOpset, quantizedSoftmax},
      {"com.microsoft.QLinearConcat", 1, kLastOpset, quantizedConcat},
      {"com.microsoft.QGemm", 1, kLastOpset, quantizedGemm},
  };
  return rows;
}

} // namespace mdc::importer
