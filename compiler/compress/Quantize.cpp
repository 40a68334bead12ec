#include "compiler/compress/BiasCorrection.h"
#include "compiler/compress/ByteValues.h"
#include "compiler/compress/ByteWeights.h"
#include "compiler/compress/CalibrationFacts.h"
#include "compiler/compress/InputNoise.h"
#include "compiler/compress/LayerCost.h"
#include "compiler/compress/Passes.h"
#include "compiler/compress/Weights.h"

#include "dialects/graph/Shape.h"

#include <cmath>

using namespace mlir;

namespace mdc::compress {
#define GEN_PASS_DEF_QUANTIZE
#include "compiler/compress/Passes.h.inc"

namespace {

// Sums of depth products of a byte and a weight, less the zero point's part, which is as large.
constexpr int64_t kDeepest = INT32_MAX / (2 * 255 * 127);

struct RangedLayer : ByteLayer {
  ByteParameters input = {};

  // Of the sums of an output channel.
  float sumScale(int64_t channel) const {
    const std::vector<float> &scales = input.channelScales; // of a depthwise convolution
    int64_t outputsOfGroup = layer.outChannels / layer.groups;
    float inputScale = scales.empty() ? input.scale : scales[channel / outputsOfGroup];
    return inputScale * weight.scales[weight.scales.size() == 1 ? 0 : channel];
  }
};

struct QuantizePass : impl::QuantizeBase<QuantizePass> {
  using QuantizeBase::QuantizeBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    if (failed(verifyRanges(function)) || failed(verifyInputSqnr(function)) ||
        failed(verifyLayerFacts(function)))
      return signalPassFailure();
    std::vector<RangedLayer> chosen = chooseLayers(function);
    std::vector<Layer> layers;
    for (const RangedLayer &each : chosen)
      layers.push_back(each.layer);
    ByteValues values(function, layers, bits);
    for (RangedLayer &each : chosen)
      each.input = values.parametersAt(each.layer.input);
    quantizeValues(function, values);
    for (const RangedLayer &each : chosen)
      quantizeLayer(each);
    quantized = chosen.size();
  }

private:
  std::vector<RangedLayer> chooseLayers(func::FuncOp function);
  void quantizeValues(func::FuncOp function, const ByteValues &values);
  void quantizeLayer(const RangedLayer &each);
};

// The bias of a convolution in the unit of its sums, which then start with it: half a unit is far
// below what the bytes can tell apart. Stays f32 where the sums could leave 32 bits.
void useIntegerBias(const RangedLayer &each) {
  auto conv = dyn_cast<graph::ConvOp>(each.layer.op);
  auto numbers = conv && conv.getBias() ? floatsOf(conv.getBias()) : std::nullopt;
  if (!numbers)
    return;
  SmallVector<double> scales;
  for (int64_t channel = 0; channel < each.layer.outChannels; ++channel)
    scales.push_back(each.sumScale(channel));
  const int64_t largest = INT32_MAX - 2 * each.layer.depth * 255 * 128;
  std::vector<int32_t> integers;
  for (auto [channel, number] : llvm::enumerate(*numbers)) {
    double units = std::nearbyint(number / scales[channel]);
    if (!(std::abs(units) < double(largest)))
      return;
    integers.push_back(static_cast<int32_t>(units));
  }
  OpBuilder builder(conv);
  Location loc = conv.getLoc();
  auto type = cast<RankedTensorType>(conv.getBias().getType());
  auto codes = DenseElementsAttr::get(graph::withElement(type, builder.getI32Type()),
                                      ArrayRef<int32_t>(integers));
  Value constant = graph::ConstantOp::create(builder, loc, codes);
  SmallVector<int32_t> zeroPoints(scales.size(), 0);
  Value bias = graph::DequantizeOp::create(builder, loc, type, constant, scales, zeroPoints, 0);
  conv.getBiasMutable().assign(bias);
}

// Empty where the layer can work on bytes.
static std::string reasonForFloat(const Layer &layer) {
  if (layer.depth > kDeepest)
    return "sums of " + std::to_string(layer.depth) + " products may leave 32 bits";
  auto type = cast<RankedTensorType>(layer.weight.getType());
  auto input = cast<RankedTensorType>(layer.input.getType());
  if (!layer.isConv() && input.getRank() < type.getRank())
    return "the weight has outer axes";
  if (!knownRange(layer.input))
    return "the range of its input is unknown";
  return reasonAgainstBytes(layer);
}

std::vector<RangedLayer> QuantizePass::chooseLayers(func::FuncOp function) {
  WeightRounding how{granularity, range == RangeMethod::Mse, reconstruct, bits};
  llvm::DenseMap<Operation *, std::string> noisy = noisyLayers(layersOf(function));
  auto reasonOf = [&](const Layer &layer) {
    std::string reason = reasonForFloat(layer);
    if (reason.empty())
      reason = noisy.lookup(layer.op);
    if (reason.empty())
      reason = reasonAgainstSpeed(layer, {InputRounding::ByRange, bits},
                                  ArrayRef<std::string>(fasterOn));
    return reason;
  };
  std::vector<RangedLayer> chosen;
  for (ByteLayer &each : chooseByteLayers(function, how, ArrayRef<std::string>(exclude), reasonOf))
    chosen.push_back({std::move(each)});
  return chosen;
}

void QuantizePass::quantizeValues(func::FuncOp function, const ByteValues &values) {
  OpBuilder builder(&getContext());
  Type ui8 = IntegerType::get(&getContext(), 8, IntegerType::Unsigned);
  for (const auto &[value, parameters] : values.quantized()) {
    SmallVector<OpOperand *> readers;
    for (OpOperand &use : value.getUses())
      if (values.readsBytes(use))
        readers.push_back(&use);
    if (readers.empty())
      continue;
    if (Operation *op = value.getDefiningOp())
      builder.setInsertionPointAfter(op);
    else
      builder.setInsertionPointToStart(&function.front());
    auto type = cast<RankedTensorType>(value.getType());
    SmallVector<double> scales(parameters.channelScales.begin(), parameters.channelScales.end());
    int64_t axis = scales.empty() ? 0 : 1;
    if (scales.empty())
      scales.push_back(parameters.scale);
    SmallVector<int32_t> zeroPoints(scales.size(), parameters.zeroPoint);
    Value bytes = graph::QuantizeOp::create(builder, value.getLoc(), graph::withElement(type, ui8),
                                            value, scales, zeroPoints, axis, bits);
    Value numbers =
        graph::DequantizeOp::create(builder, value.getLoc(), type, bytes, scales, zeroPoints, axis);
    for (OpOperand *use : readers)
      use->set(numbers);
  }
}

void QuantizePass::quantizeLayer(const RangedLayer &each) {
  if (biasCorrection)
    correctBias(each);
  useIntegerBias(each);
  storeAsBytes(each);
}

} // namespace
} // namespace mdc::compress
