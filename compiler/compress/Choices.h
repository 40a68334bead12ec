// The alternatives of [compress.quantize]: options of the spec and of the pass alike.
#pragma once

namespace mdc::compress {

enum class Activations {
  Int8,    ///< bytes from layer to layer, ranges from calibration
  Dynamic, ///< each row of a product is quantized when it arrives
  None,    ///< weights alone are stored in 8 bits
};

enum class Granularity {
  Channel, ///< one weight scale for each output channel
  Tensor,  ///< one for the whole weight
};

/// How a range of values follows from what calibration saw.
enum class RangeMethod {
  MinMax,     ///< the smallest and the largest value
  Percentile, ///< the values but a small part at each end
  Entropy,    ///< the range whose quantized histogram diverges least (Kullback-Leibler)
  Mse,        ///< the range with the smallest mean squared error
};

/// Integers of 8 bits, or 7 where 16 bits are to hold the sum of four products.
inline constexpr int kWholeRange = 8, kReducedRange = 7;
/// The largest weight, and the largest byte of a value, of so many bits.
constexpr int largestWeight(int bits) { return (1 << (bits - 1)) - 1; }
constexpr int largestByte(int bits) { return (1 << bits) - 1; }

} // namespace mdc::compress
