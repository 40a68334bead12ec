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

} // namespace mdc::compress
