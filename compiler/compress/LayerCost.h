// What a layer costs in floats and in bytes: one table, so that a measurement changes one line.
#pragma once

#include "compiler/compress/Choices.h"
#include "compiler/compress/Layers.h"

namespace mdc::compress {

/// How a layer's input becomes bytes.
enum class InputRounding {
  ByRange, ///< by whoever makes it, with a scale known ahead
  ByRow,   ///< by a kernel of its own, which scales each row
};

struct BytesOfLayer {
  InputRounding rounding;
  int bits = kWholeRange;
};

/// Why the layer stays float: the estimated time in bytes over that in floats, a mean of the levels
/// that `levels` names ("v3", "v4", "vnni") since every level computes the same, is above 1, or a
/// product gains next to nothing on one of them. Empty where bytes are faster, and where no level
/// is named. Zeros count for floats, which have sparse kernels; rounding the input and scaling the
/// sums count for bytes. Weights whose elements are not at hand count as dense.
std::string reasonAgainstSpeed(const Layer &layer, BytesOfLayer bytes,
                               llvm::ArrayRef<std::string> levels);

} // namespace mdc::compress
