#include "compiler/compress/Compress.h"

namespace mdc::compress {

bool needsCalibration(const Options &options) {
  bool ranges = options.quantize && options.quantize->activations == Activations::Int8;
  bool grams = (options.prune && options.prune->reconstruct) ||
               (options.quantize && options.quantize->reconstruct);
  return ranges || grams;
}

} // namespace mdc::compress
