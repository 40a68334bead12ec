#include "compiler/compress/QuantizedWeights.h"

#include "compiler/compress/CalibrationFacts.h"
#include "compiler/compress/LeastSquares.h"
#include "compiler/compress/Ranges.h"
#include "compiler/compress/Weights.h"

#include "dialects/graph/Shape.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace mdc::compress {

namespace {

float roundedStep(float weight, float scale, float highest) {
  return std::clamp(std::nearbyint(weight / scale), -highest, highest);
}

double squaredError(ArrayRef<float> weights, float scale, float highest) {
  double error = 0;
  for (float weight : weights) {
    double change = double(weight) - double(roundedStep(weight, scale, highest)) * scale;
    error += change * change;
  }
  return error;
}

float scaleOf(ArrayRef<float> weights, bool shrink, float highest) {
  float largest = 0;
  for (float weight : weights)
    largest = std::max(largest, std::fabs(weight));
  if (largest == 0)
    return 1;
  float whole = std::max(largest / highest, kSmallestScale), best = whole;
  if (!shrink)
    return whole;
  double least = squaredError(weights, whole, highest);
  constexpr int kParts = 64; // down to 3/8 of the range: below, clipping has long cost more
  for (int part = kParts - 1; part >= 24; --part) {
    float scale = std::max(whole * float(part) / kParts, kSmallestScale);
    if (double error = squaredError(weights, scale, highest); error < least) {
      least = error;
      best = scale;
    }
  }
  return best;
}

// Of a convolution of several groups no Gram exists.
std::optional<std::vector<float>> gramOf(const Layer &layer) {
  return layer.groups == 1 ? floatsOf(layer.op->getAttr(kGramAttr)) : std::nullopt;
}

std::vector<int8_t> nearest(ArrayRef<float> matrix, ArrayRef<float> scales, int64_t depth,
                            float highest) {
  std::vector<int8_t> integers(matrix.size());
  for (size_t i = 0; i < matrix.size(); ++i)
    integers[i] =
        roundedStep(matrix[i], scales[scales.size() == 1 ? 0 : int64_t(i) / depth], highest);
  return integers;
}

double decibels(double signal, double noise) {
  constexpr double kExact = 200; // no rounding error at all
  return noise > 0 && signal > 0 ? std::min(10 * std::log10(signal / noise), kExact) : kExact;
}

double sqnrOf(ArrayRef<float> matrix, ArrayRef<int8_t> integers, ArrayRef<float> scales,
              int64_t depth, ArrayRef<float> gram) {
  std::vector<float> numbers(matrix.size());
  double signal = 0, noise = 0;
  for (size_t i = 0; i < matrix.size(); ++i) {
    numbers[i] = float(integers[i]) * scales[scales.size() == 1 ? 0 : int64_t(i) / depth];
    double change = double(matrix[i]) - numbers[i];
    signal += double(matrix[i]) * matrix[i];
    noise += change * change;
  }
  if (!gram.empty()) {
    std::vector<float> zeros(matrix.size(), 0);
    signal = outputError(zeros, matrix, gram);
    noise = outputError(numbers, matrix, gram);
  }
  return decibels(signal, noise);
}

// Pruned weights stay zero, or their kernels would no longer be sparse.
bool mostlyZeros(ArrayRef<float> matrix) {
  return 2 * llvm::count(matrix, 0.0f) > int64_t(matrix.size());
}

} // namespace

std::optional<QuantizedWeight> quantizeWeight(const Layer &layer, const WeightRounding &how) {
  auto weights = floatsOf(layer.weight);
  if (!weights || !llvm::all_of(*weights, [](float weight) { return std::isfinite(weight); }))
    return std::nullopt;
  std::vector<float> matrix = rowsOf(layer, *weights);
  QuantizedWeight result;
  int64_t rows = how.granularity == Granularity::Channel ? layer.outChannels : 1;
  int64_t rowSize = int64_t(matrix.size()) / rows;
  const int highest = largestWeight(how.bits);
  for (int64_t row = 0; row < rows; ++row)
    result.scales.push_back(
        scaleOf(ArrayRef<float>(matrix).slice(row * rowSize, rowSize), how.shrink, highest));
  auto gram = how.reconstruct ? gramOf(layer) : std::nullopt;
  std::vector<int8_t> integers;
  if (gram)
    integers = reconstructQuantized(matrix, *gram, result.scales, mostlyZeros(matrix), highest);
  if (integers.empty())
    integers = nearest(matrix, result.scales, layer.depth, highest);
  result.sqnrDb = sqnrOf(matrix, integers, result.scales, layer.depth,
                         gram ? ArrayRef<float>(*gram) : ArrayRef<float>());
  result.integers.resize(integers.size());
  for (int64_t channel = 0; channel < layer.outChannels; ++channel)
    for (int64_t position = 0; position < layer.depth; ++position)
      result.integers[layer.weightIndex(channel, position)] =
          integers[channel * layer.depth + position];
  return result;
}

std::vector<double> meanShift(const Layer &layer, const QuantizedWeight &rounded,
                              ArrayRef<float> means) {
  auto weights = floatsOf(layer.weight);
  int64_t inputs = means.size(); // channels of all groups
  int64_t channelsOfGroup = inputs / layer.groups;
  if (!weights || inputs == 0 || inputs % layer.groups != 0 || layer.depth % channelsOfGroup != 0)
    return {};
  int64_t window = layer.depth / channelsOfGroup; // positions that read one channel
  int64_t outputsOfGroup = layer.outChannels / layer.groups;
  std::vector<double> shift(layer.outChannels, 0);
  for (int64_t channel = 0; channel < layer.outChannels; ++channel) {
    double scale = rounded.scales[rounded.scales.size() == 1 ? 0 : channel];
    int64_t first = channel / outputsOfGroup * channelsOfGroup;
    for (int64_t position = 0; position < layer.depth; ++position) {
      int64_t index = layer.weightIndex(channel, position);
      double change = rounded.integers[index] * scale - double((*weights)[index]);
      shift[channel] += change * means[first + position / window];
    }
  }
  return shift;
}

Value dequantizedConstant(OpBuilder &builder, const Layer &layer, const QuantizedWeight &rounded) {
  Location loc = layer.weight.getLoc();
  auto type = cast<RankedTensorType>(layer.weight.getType());
  // Outer axes of extent 1 say nothing where the input has as many axes.
  if (!layer.isConv() && cast<RankedTensorType>(layer.input.getType()).getRank() >= type.getRank())
    type = RankedTensorType::get(type.getShape().take_back(2), type.getElementType());
  Value integers =
      makeConstant(builder, loc, graph::withElement(type, builder.getI8Type()), rounded.integers);
  SmallVector<double> scales(rounded.scales.begin(), rounded.scales.end());
  SmallVector<int32_t> zeroPoints(scales.size(), 0);
  int64_t axis = 0;
  if (!layer.isConv()) // the axis of a matrix's columns, or of its rows where it is transposed
    axis = type.getRank() - (layer.depthStride == 1 ? 2 : 1);
  return graph::DequantizeOp::create(builder, loc, type, integers, scales, zeroPoints, axis);
}

} // namespace mdc::compress
