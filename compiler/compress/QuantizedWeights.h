// A layer's weights as signed bytes, symmetric around 0.
#pragma once

#include "compiler/compress/Choices.h"
#include "compiler/compress/Layers.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace mdc::compress {

struct WeightRounding {
  Granularity granularity = Granularity::Channel;
  bool shrink = false;      ///< scales of least squared error, which may clip
  bool reconstruct = false; ///< by the layer's graph.gram, where it has one
  int bits = kWholeRange;
};

struct QuantizedWeight {
  std::vector<int8_t> integers; ///< in the order of the weight's elements
  std::vector<float> scales;    ///< one, or one for each output channel
  double sqnrDb = 0; ///< of the layer's output by its Gram if there is one, else of weights
};

/// Nothing where a weight is a NaN or an infinity.
std::optional<QuantizedWeight> quantizeWeight(const Layer &layer, const WeightRounding &how);

/// The mean of what rounding adds to each output channel: the sum of the weights' changes times
/// `means`, of the input's channels (a convolution) or of its columns. Empty where the sizes do not
/// fit.
std::vector<double> meanShift(const Layer &layer, const QuantizedWeight &rounded,
                              llvm::ArrayRef<float> means);

/// The weight as f32 again: dequantize of an i8 constant, which a product of bytes takes apart. A
/// product's weight becomes a plain matrix where its input has as many axes.
mlir::Value dequantizedConstant(mlir::OpBuilder &builder, const Layer &layer,
                                const QuantizedWeight &rounded);

} // namespace mdc::compress
