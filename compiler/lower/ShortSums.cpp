#include "compiler/lower/ConstantIntegers.h"
#include "compiler/lower/IntegerKernels.h"

using namespace mlir;

namespace mdc::lower {

// The largest magnitude of a constant's elements; nothing for what is no constant of integers.
static std::optional<int64_t> largestMagnitude(Value weight) {
  auto values = constantIntegers(weight);
  if (!values)
    return std::nullopt;
  int64_t largest = 0;
  for (int32_t value : *values)
    largest = std::max<int64_t>(largest, std::abs(value));
  return largest;
}

static void noteShortSums(Operation *product, Value input, Value weight, int64_t border) {
  auto elementOf = [](Value value) {
    return cast<RankedTensorType>(value.getType()).getElementType();
  };
  if (!elementOf(input).isUnsignedInteger(8) || !elementOf(weight).isSignlessInteger(8))
    return;
  auto largest = largestMagnitude(weight);
  if (!largest)
    return;
  int64_t term = *largest * std::max(graph::largestByte(input), border);
  for (int64_t terms : {4, 2})
    if (terms * term <= INT16_MAX) {
      auto count = IntegerAttr::get(IntegerType::get(product->getContext(), 64), terms);
      product->setAttr(graph::kShortSumsAttr, count);
      return;
    }
}

void noteShortSums(Operation *function) {
  function->walk([](Operation *op) {
    auto conv = dyn_cast<graph::ConvOp>(op);
    bool depthwise = conv && conv.getGroups() > 1 && conv.getWeight().getType().getDimSize(1) == 1;
    if (conv && !depthwise)
      noteShortSums(op, conv.getInput(), conv.getWeight(), conv.getPadValue());
    else if (auto matmul = dyn_cast<graph::MatmulOp>(op))
      noteShortSums(op, matmul.getLhs(), matmul.getRhs(), 0);
  });
}

} // namespace mdc::lower
