#include "compiler/compress/InputNoise.h"

#include "compiler/compress/CalibrationFacts.h"
#include "compiler/compress/Weights.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <tuple>

using namespace mlir;

namespace mdc::compress {

namespace {

// In yolox-nano, whose cosine is 0.983 without this rule and 0.991 with it, five cheap layers lie
// between 30.3 and 30.9 dB; the next ones, from 32.1 on, change nothing.
constexpr double kLeastDecibels = 31.5;
constexpr double kFloatShare = 0.05; // of all multiply-adds
// Of all weights, which are what a smaller file comes from; a quarter of a megabyte is none.
constexpr double kFloatWeights = 0.01, kFewWeights = 64 << 10;

// Of a value rounded to steps of `scale`.
double roundingVariance(double scale) { return scale * scale / 12; }

// Of a normal distribution with this mean deviation.
double typicalVariance(double deviation) { return deviation * deviation * std::numbers::pi / 2; }

struct Candidate {
  const Layer *layer; // in program order
  double decibels;
};

} // namespace

std::optional<double> inputSqnrDb(const Layer &layer, const TensorStatistics &seen,
                                  const ByteParameters &bytes) {
  auto weights = floatsOf(layer.weight);
  int64_t inputs = seen.channelDeviations.size(); // channels of all groups
  int64_t channelsOfGroup = inputs / layer.groups;
  if (!weights || inputs == 0 || inputs % layer.groups != 0 || layer.depth % channelsOfGroup != 0 ||
      seen.count == 0)
    return std::nullopt;
  int64_t window = layer.depth / channelsOfGroup; // positions that read one channel
  double rounded = 1 - double(seen.zeros) / double(seen.count);
  std::vector<double> decibels;
  for (int64_t out = 0; out < layer.outChannels; ++out) {
    int64_t first = out / (layer.outChannels / layer.groups) * channelsOfGroup;
    double signal = 0, noise = 0;
    for (int64_t position = 0; position < layer.depth; ++position) {
      int64_t channel = first + position / window;
      double weight = (*weights)[layer.weightIndex(out, position)];
      double scale = bytes.channelScales.empty() ? bytes.scale : bytes.channelScales[channel];
      signal += weight * weight * typicalVariance(seen.channelDeviations[channel]);
      noise += weight * weight * roundingVariance(scale) * rounded;
    }
    if (signal > 0 && noise > 0)
      decibels.push_back(10 * std::log10(signal / noise));
  }
  if (decibels.empty())
    return std::nullopt;
  auto median = decibels.begin() + decibels.size() / 2;
  std::nth_element(decibels.begin(), median, decibels.end());
  return std::isfinite(*median) ? std::optional(*median) : std::nullopt;
}

LogicalResult verifyInputSqnr(func::FuncOp function) {
  WalkResult walk = function.walk([](Operation *op) {
    Attribute attribute = op->getAttr(kInputSqnrAttr);
    auto number = dyn_cast_or_null<FloatAttr>(attribute);
    if (!attribute || (number && number.getValue().isFinite()))
      return WalkResult::advance();
    op->emitError("graph.input_sqnr_db: expected a finite number, got ") << attribute;
    return WalkResult::interrupt();
  });
  return failure(walk.wasInterrupted());
}

llvm::DenseMap<Operation *, std::string> noisyLayers(ArrayRef<Layer> layers) {
  double allProducts = 0, allWeights = 0;
  std::vector<Candidate> candidates;
  for (const Layer &layer : layers) {
    allProducts += double(layer.multiplyAdds());
    allWeights += double(layer.weightCount());
    auto decibels = layer.op->getAttrOfType<FloatAttr>(kInputSqnrAttr);
    if (decibels && decibels.getValueAsDouble() < kLeastDecibels)
      candidates.push_back({&layer, decibels.getValueAsDouble()});
  }
  llvm::sort(candidates, [](const Candidate &a, const Candidate &b) {
    return std::tie(a.decibels, a.layer) < std::tie(b.decibels, b.layer);
  });
  llvm::DenseMap<Operation *, std::string> reasons;
  double products = 0, weights = 0, mostWeights = std::max(kFloatWeights * allWeights, kFewWeights);
  for (const Candidate &each : candidates) {
    double itsProducts = double(each.layer->multiplyAdds()) / allProducts;
    double itsWeights = double(each.layer->weightCount());
    if (products + itsProducts > kFloatShare || weights + itsWeights > mostWeights)
      continue;
    products += itsProducts;
    weights += itsWeights;
    reasons[each.layer->op] = llvm::formatv(
        "as bytes its input would leave {0:f1} dB of signal to noise, below {1:f1}, and it has "
        "{2:f1} % of the multiply-adds",
        each.decibels, kLeastDecibels, 100 * itsProducts);
  }
  return reasons;
}

} // namespace mdc::compress
