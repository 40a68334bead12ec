#include "compiler/compress/BiasCorrection.h"

#include "compiler/compress/CalibrationFacts.h"
#include "compiler/compress/Weights.h"

using namespace mlir;

namespace mdc::compress {

namespace {

// A constant of one number for each column that is added to a product that nothing else reads.
graph::BinaryOp addedConstant(Value product, int64_t columns) {
  auto sum =
      product.hasOneUse() ? dyn_cast<graph::BinaryOp>(*product.user_begin()) : graph::BinaryOp();
  if (!sum || sum.getKind() != graph::BinaryKind::Add)
    return {};
  Value other = sum.getLhs() == product ? sum.getRhs() : sum.getLhs();
  auto type = cast<RankedTensorType>(other.getType());
  bool ofColumns = type.hasStaticShape() && type.getNumElements() == columns &&
                   type.getRank() > 0 && type.getShape().back() == columns;
  return ofColumns && floatsOf(other) ? sum : graph::BinaryOp();
}

void subtract(std::vector<float> &numbers, ArrayRef<double> shift) {
  for (auto [number, by] : llvm::zip(numbers, shift))
    number = static_cast<float>(number - by);
}

} // namespace

void correctBias(const ByteLayer &each) {
  const Layer &layer = each.layer;
  auto means = floatsOf(layer.op->getAttr(kChannelMeanAttr));
  std::vector<double> shift = means ? meanShift(layer, each.weight, *means) : std::vector<double>();
  if (shift.empty())
    return;
  OpBuilder builder(layer.op);
  auto perChannel = RankedTensorType::get({layer.outChannels}, builder.getF32Type());
  std::vector<float> bias(layer.outChannels, 0);
  if (auto conv = dyn_cast<graph::ConvOp>(layer.op)) {
    if (conv.getBias()) {
      auto numbers = floatsOf(conv.getBias());
      if (!numbers)
        return;
      bias = *numbers;
    }
    subtract(bias, shift);
    conv.getBiasMutable().assign(makeConstant(builder, layer.op->getLoc(), perChannel, bias));
    return;
  }
  Value product = layer.op->getResult(0);
  if (graph::BinaryOp sum = addedConstant(product, layer.outChannels)) {
    OpOperand &constant = sum->getOpOperand(sum.getLhs() == product ? 1 : 0);
    auto type = cast<RankedTensorType>(constant.get().getType());
    bias = *floatsOf(constant.get());
    subtract(bias, shift);
    constant.set(makeConstant(builder, sum.getLoc(), type, bias));
    return;
  }
  subtract(bias, shift);
  builder.setInsertionPointAfter(layer.op);
  Value constant = makeConstant(builder, layer.op->getLoc(), perChannel, bias);
  auto sum = graph::BinaryOp::create(builder, layer.op->getLoc(), graph::BinaryKind::Add, product,
                                     constant);
  product.replaceAllUsesExcept(sum.getResult(), sum);
}

} // namespace mdc::compress
