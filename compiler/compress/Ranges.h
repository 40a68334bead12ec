// Which numbers a quantized value covers, and the scale and zero point that follow.
#pragma once

#include "compiler/compress/Calibration.h"
#include "compiler/compress/Choices.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mdc::compress {

/// From low to high; always holds 0, so that zeros (a convolution's border, relu) are exact.
struct Range {
  double low = 0, high = 0;

  double width() const { return high - low; }
  /// The smallest range that holds both.
  Range joined(const Range &other) const;
};

/// The range of what calibration saw; {0, 0} where it saw nothing. MinMax: all values. Percentile:
/// all but (100 - percentile) %, half of them at each end. Entropy: the magnitude at which the
/// clipped histogram diverges least from its own quantized form (Kullback-Leibler, the form of
/// TensorRT and Glow). Mse: the ends with the smallest squared error of clipping and rounding.
Range rangeOf(const TensorStatistics &statistics, RangeMethod method, double percentile,
              int bits = kWholeRange);

/// value = (byte - zeroPoint) * scale.
struct ByteParameters {
  float scale = 1;
  int32_t zeroPoint = 0;            ///< in [0, largestByte(bits)]
  std::vector<float> channelScales; ///< instead of `scale`, where each channel has its own

  bool operator==(const ByteParameters &) const = default;
};

/// No scale is below this: the product of an input's and a weight's scale stays a normal f32.
inline constexpr float kSmallestScale = 0x1p-62f;

/// Unsigned integers over a finite range; a range of zeros alone has scale 1.
ByteParameters parametersOf(const Range &range, int bits = kWholeRange);

/// The same with a scale for each channel, given the largest magnitude in each, and one zero point:
/// that of the finest scales in the geometric mean.
ByteParameters parametersOf(const Range &range, llvm::ArrayRef<float> channelMaxima,
                            int bits = kWholeRange);

} // namespace mdc::compress
