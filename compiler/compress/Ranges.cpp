#include "compiler/compress/Ranges.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace mdc::compress {

namespace {

Range withZero(double low, double high) { return {std::min(low, 0.0), std::max(high, 0.0)}; }

// The histogram as counts at bin centres.
struct Bins {
  const TensorStatistics &from;
  double width;

  explicit Bins(const TensorStatistics &statistics)
      : from(statistics), width((from.high - from.low) / double(from.histogram.size())) {}

  int64_t size() const { return from.histogram.size(); }
  double count(int64_t bin) const { return double(from.histogram[bin]); }
  double lowEnd(int64_t bin) const { return from.low + width * double(bin); }
  double centre(int64_t bin) const { return lowEnd(bin) + width / 2; }
  double total() const {
    double sum = 0;
    for (uint64_t count : from.histogram)
      sum += double(count);
    return sum;
  }
  // The bin of a value; the ends take what lies outside.
  int64_t binOf(double value) const {
    return std::clamp<int64_t>(std::floor((value - from.low) / width), 0, size() - 1);
  }
};

// The value below which `count` elements lie, counted from one end.
double quantile(const Bins &bins, double count, bool fromAbove) {
  double seen = 0;
  for (int64_t i = 0; i < bins.size(); ++i) {
    int64_t bin = fromAbove ? bins.size() - 1 - i : i;
    double inBin = bins.count(bin);
    if (seen + inBin > count) {
      double part = (count - seen) / inBin * bins.width;
      return fromAbove ? bins.lowEnd(bin) + bins.width - part : bins.lowEnd(bin) + part;
    }
    seen += inBin;
  }
  return fromAbove ? bins.from.low : bins.from.high;
}

Range percentileRange(const Bins &bins, double percentile) {
  double outside = bins.total() * (100 - percentile) / 200;
  Range range = withZero(quantile(bins, outside, false), quantile(bins, outside, true));
  return {std::max(range.low, std::min(bins.from.min, 0.0)),
          std::min(range.high, std::max(bins.from.max, 0.0))};
}

// The count of a bin, or of its larger neighbour where the bin holds zero: zeros are exact under
// every range, and after relu they are most elements.
double countBesideZero(const Bins &bins, int64_t bin) {
  if (bins.lowEnd(bin) > 0 || bins.lowEnd(bin) + bins.width <= 0)
    return bins.count(bin);
  double below = bin > 0 ? bins.count(bin - 1) : 0;
  return std::max(below, bin + 1 < bins.size() ? bins.count(bin + 1) : 0);
}

// KL(P || Q): P is the histogram of [first, last] with what lies outside added to its ends, Q the
// same without the outliers, its counts averaged over the bins that share a byte. Less what a
// histogram of so few elements would differ by alone (Miller and Madow): half a unit for each
// degree of freedom that averaging takes.
double divergence(const Bins &bins, int64_t first, int64_t last, int levels) {
  int64_t count = last - first + 1;
  std::vector<double> reference(count), quantized(count, 0);
  for (int64_t i = 0; i < count; ++i)
    reference[i] = countBesideZero(bins, first + i);
  std::vector<double> inside = reference;
  for (int64_t bin = 0; bin < first; ++bin)
    reference.front() += countBesideZero(bins, bin);
  for (int64_t bin = last + 1; bin < bins.size(); ++bin)
    reference.back() += countBesideZero(bins, bin);
  double freedom = 0;
  double perByte = double(count) / (levels + 1);
  for (int64_t byte = 0; byte <= levels; ++byte) {
    int64_t begin = std::llround(byte * perByte), end = std::llround((byte + 1) * perByte);
    double sum = 0, filled = 0;
    for (int64_t i = begin; i < end; ++i) {
      sum += inside[i];
      filled += reference[i] > 0;
    }
    freedom += std::max(filled - 1, 0.0);
    for (int64_t i = begin; i < end; ++i)
      quantized[i] = reference[i] > 0 ? sum / filled : 0;
  }
  double referenceTotal = 0, quantizedTotal = 0, result = 0;
  for (int64_t i = 0; i < count; ++i) {
    referenceTotal += reference[i];
    quantizedTotal += quantized[i];
  }
  if (quantizedTotal == 0)
    return std::numeric_limits<double>::infinity();
  constexpr double kAbsent = 1e-9; // stands for a probability of nothing
  for (int64_t i = 0; i < count; ++i)
    if (double p = reference[i] / referenceTotal; p > 0)
      result += p * std::log(p / std::max(quantized[i] / quantizedTotal, kAbsent));
  return result - freedom / (2 * referenceTotal);
}

Range entropyRange(const Bins &bins, Range whole, int levels) {
  double largest = std::max(-whole.low, whole.high), least = 0;
  Range best = whole;
  constexpr int kCandidates = 128;
  for (int i = kCandidates; i > kCandidates / 16; --i) {
    double bound = largest * i / kCandidates;
    Range range{std::max(whole.low, -bound), std::min(whole.high, bound)};
    int64_t first = bins.binOf(range.low), last = bins.binOf(range.high);
    if (last - first + 1 <= levels)
      break; // fewer bins than bytes: nothing is lost, so nothing is learned
    double found = divergence(bins, first, last, levels);
    if (i == kCandidates || found < least) {
      least = found;
      best = range;
    }
  }
  return best;
}

// Zeros are exact under every range, so the bin that holds them (after relu, most elements) has
// no say.
double squaredError(const Bins &bins, const Range &range, int levels) {
  double step = range.width() / levels, rounding = step * step / 12, error = 0;
  for (int64_t bin = 0; bin < bins.size(); ++bin) {
    double count = bins.count(bin), value = bins.centre(bin);
    if (count == 0 || (bins.lowEnd(bin) <= 0 && bins.lowEnd(bin) + bins.width > 0))
      continue;
    double outside = value - std::clamp(value, range.low, range.high);
    error += count * (outside == 0 ? rounding : outside * outside);
  }
  return error;
}

Range mseRange(const Bins &bins, Range whole, int levels) {
  Range best = whole;
  double least = squaredError(bins, whole, levels);
  auto attempt = [&](Range range) {
    double error = squaredError(bins, range, levels);
    if (error < least) {
      least = error;
      best = range;
    }
  };
  // Both ends together, then each by itself.
  constexpr int kParts = 64;
  for (int part = kParts - 1; part > 0; --part)
    attempt({whole.low * part / kParts, whole.high * part / kParts});
  for (int part = kParts; part >= 0; --part)
    attempt({whole.low * part / kParts, best.high});
  for (int part = kParts; part >= 0; --part)
    attempt({best.low, whole.high * part / kParts});
  return best;
}

} // namespace

Range Range::joined(const Range &other) const {
  return {std::min(low, other.low), std::max(high, other.high)};
}

Range rangeOf(const TensorStatistics &statistics, RangeMethod method, double percentile, int bits) {
  if (statistics.count == 0)
    return {};
  Range whole = withZero(statistics.min, statistics.max);
  Bins bins(statistics);
  bool flat = statistics.histogram.empty() || !(bins.width > 0) || bins.total() == 0;
  if (flat || method == RangeMethod::MinMax)
    return whole;
  if (method == RangeMethod::Percentile)
    return percentileRange(bins, percentile);
  int levels = largestByte(bits);
  return method == RangeMethod::Entropy ? entropyRange(bins, whole, levels)
                                        : mseRange(bins, whole, levels);
}

ByteParameters parametersOf(const Range &range, int bits) {
  const double levels = largestByte(bits);
  double low = std::min(range.low, 0.0), high = std::max(range.high, 0.0);
  ByteParameters parameters;
  if (high - low > 0)
    parameters.scale = std::max(static_cast<float>((high - low) / levels), kSmallestScale);
  double zero = std::nearbyint(-low / double(parameters.scale));
  parameters.zeroPoint = static_cast<int32_t>(std::clamp(zero, 0.0, levels));
  return parameters;
}

namespace {

// What was seen of a channel may be all there is to see, or not: below this part of the common
// scale nothing is gained, and a channel that was silent can still speak.
constexpr double kFinestPart = 1.0 / 64;

// Covers what the range and the channel's magnitude both allow; nothing where the zero point leaves
// no bytes for one side.
std::optional<double> channelScale(const Range &range, double largest, int zeroPoint, int levels) {
  double below = std::min(-range.low, largest), above = std::min(range.high, largest);
  if ((below > 0 && zeroPoint == 0) || (above > 0 && zeroPoint == levels))
    return std::nullopt;
  double low = zeroPoint > 0 ? below / zeroPoint : 0;
  double high = zeroPoint < levels ? above / (levels - zeroPoint) : 0;
  double finest = std::max(range.width() / levels * kFinestPart, double(kSmallestScale));
  return std::max({low, high, finest});
}

} // namespace

ByteParameters parametersOf(const Range &range, llvm::ArrayRef<float> channelMaxima, int bits) {
  const int levels = largestByte(bits);
  ByteParameters best = parametersOf(range, bits);
  double least = std::numeric_limits<double>::infinity();
  for (int zeroPoint = 0; zeroPoint <= levels && range.width() > 0; ++zeroPoint) {
    std::vector<float> scales;
    double cost = 0;
    for (float largest : channelMaxima) {
      auto scale = channelScale(range, largest, zeroPoint, levels);
      if (!scale)
        break;
      scales.push_back(static_cast<float>(*scale));
      cost += std::log(*scale);
    }
    if (scales.size() == channelMaxima.size() && cost < least) {
      least = cost;
      best.zeroPoint = zeroPoint;
      best.channelScales = std::move(scales);
    }
  }
  return best;
}

} // namespace mdc::compress
