// What compression did to each layer of a built model, read back from the report on its regions.
#pragma once

#include "llvm/Support/JSON.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mdc::pipeline {

struct LayerFacts {
  std::string name;      ///< of the ONNX node
  std::string precision; ///< "int8", "f32"
  double sparsity = 0;
  double multiplyAdds = 0;
  std::optional<double> sqnrDb; ///< signal to quantization noise; none where nothing was rounded

  bool compressed() const { return precision == "int8" || sparsity > 0 || sqnrDb; }
};

/// In the model's order. `regions`: of the manifest.
std::vector<LayerFacts> layerFactsOf(const llvm::json::Array &regions);

struct CompressionTotals {
  uint64_t weightBytesSaved = 0; ///< over all layers, before padding and packing
  double int8Share = 0;          ///< of the multiply-adds of convolutions and products
  size_t prunedLayers = 0;       ///< those that lost a weight or more
  size_t int8Layers = 0;         ///< those whose weights are stored in bytes
};

CompressionTotals compressionTotals(const llvm::json::Array &regions);

} // namespace mdc::pipeline
