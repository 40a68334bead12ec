#include "compiler/compress/CalibrationFacts.h"

#include "compiler/compress/Weights.h"

using namespace mlir;

namespace mdc::compress {

LogicalResult verifyGram(const Layer &layer) {
  Attribute attribute = layer.op->getAttr(kGramAttr);
  if (!attribute || layer.groups > 1) // of several groups none is read
    return success();
  auto gram = floatsOf(attribute);
  if (gram && int64_t(gram->size()) == layer.depth * layer.depth)
    return success();
  return layer.op->emitError("graph.gram does not fit, expected an f32 matrix of ")
         << layer.depth << "x" << layer.depth << ", the depth of the layer";
}

LogicalResult verifyLayerFacts(func::FuncOp function) {
  for (const Layer &layer : layersOf(function)) {
    if (failed(verifyGram(layer)))
      return failure();
    Attribute attribute = layer.op->getAttr(kChannelMeanAttr);
    auto means = floatsOf(attribute);
    if (attribute && !(means && int64_t(means->size()) == inputCountOf(layer)))
      return layer.op->emitError("graph.channel_mean does not fit, expected ")
             << inputCountOf(layer) << " numbers of f32, one for each channel of the input";
  }
  return success();
}

} // namespace mdc::compress
