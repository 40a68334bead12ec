#include "compiler/pipeline/LayerFacts.h"

#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <set>

namespace mdc::pipeline {

using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

static LayerFacts factsOf(const Object &layer, double multiplyAdds) {
  LayerFacts facts;
  facts.name = layer.getString("name").value_or("").str();
  facts.precision = layer.getString("precision").value_or("").str();
  facts.sparsity = layer.getNumber("sparsity").value_or(0);
  facts.multiplyAdds = multiplyAdds;
  facts.sqnrDb = layer.getNumber("sqnr_db");
  return facts;
}

static std::vector<LayerFacts> layersIn(const Object &region) {
  std::vector<LayerFacts> facts;
  if (const Array *layers = region.getArray("layers"))
    for (const Value &layer : *layers)
      if (const Object *object = layer.getAsObject())
        facts.push_back(factsOf(*object, region.getNumber("macs").value_or(0)));
  return facts;
}

std::vector<LayerFacts> layerFactsOf(const Array &regions) {
  std::vector<LayerFacts> all;
  for (const Value &region : regions)
    if (const Object *object = region.getAsObject())
      for (LayerFacts &facts : layersIn(*object))
        all.push_back(std::move(facts));
  return all;
}

/// Regions whose operations are nearly all multiply-adds.
static bool multiplies(llvm::StringRef kernel) {
  return kernel.contains("conv") || kernel.contains("matmul") || kernel.contains("depthwise");
}

CompressionTotals compressionTotals(const Array &regions) {
  CompressionTotals totals;
  std::set<std::string> counted; // variants repeat layers and share their weights
  double all = 0, inBytes = 0;
  for (const Value &region : regions) {
    const Object *object = region.getAsObject();
    if (!object)
      continue;
    const double before = object->getNumber("weight_bytes_before").value_or(0);
    const double saved = before - object->getNumber("weight_bytes").value_or(0);
    for (const LayerFacts &layer : layersIn(*object)) {
      if (!layer.name.empty() && !counted.insert(layer.name).second)
        continue;
      totals.weightBytesSaved += uint64_t(std::max(0.0, saved));
      totals.prunedLayers += layer.sparsity > 0;
      totals.int8Layers += layer.precision == "int8";
    }
    if (!multiplies(object->getString("kernel").value_or("")))
      continue;
    const double macs =
        object->getNumber("macs").value_or(0) * object->getNumber("steps").value_or(1);
    all += macs;
    if (object->getString("precision") == "int8")
      inBytes += macs;
  }
  totals.int8Share = all > 0 ? inBytes / all : 0;
  return totals;
}

} // namespace mdc::pipeline
