#include "compiler/compress/ByteWeights.h"

#include "dialects/graph/Graph.h"

using namespace mlir;

namespace mdc::compress {

std::vector<ByteLayer> chooseByteLayers(func::FuncOp function, const WeightRounding &how,
                                        ArrayRef<std::string> exclude, ReasonForFloat reasonOf) {
  std::vector<ByteLayer> chosen;
  for (Layer &layer : layersOf(function)) {
    std::string reason = matchesAny(exclude, layer.name) ? "excluded by name" : reasonOf(layer);
    auto weight = reason.empty() ? quantizeWeight(layer, how) : std::nullopt;
    if (reason.empty() && !weight)
      reason = "a weight is a NaN or an infinity";
    setFact(layer.op, "precision", reason.empty() ? "int8" : "f32");
    setFact(layer.op, "weight_bytes_before", layer.weightCount() * int64_t(sizeof(float)));
    if (!reason.empty()) {
      setFact(layer.op, "note", reason);
      continue;
    }
    setFact(layer.op, "sqnr_db", weight->sqnrDb);
    chosen.push_back({std::move(layer), std::move(*weight)});
  }
  return chosen;
}

// Lanes of a vector: groups of channels fill them, or the plain loops run.
static constexpr int64_t kLanes = 16;

static bool fillsVectors(const Layer &layer) {
  auto input = cast<RankedTensorType>(layer.input.getType());
  int64_t spatial = input.getRank() - 2;
  if (spatial < 1 || spatial > 2)
    return false;
  return layer.groups == 1 || layer.isDepthwise() ||
         (input.getDimSize(1) / layer.groups % kLanes == 0 &&
          layer.outChannels / layer.groups % kLanes == 0);
}

std::string reasonAgainstBytes(const Layer &layer) {
  return layer.isConv() && !fillsVectors(layer) ? "no kernel multiplies bytes in this form" : "";
}

std::string reasonAgainstByteWeight(const Layer &layer) {
  auto input = cast<RankedTensorType>(layer.input.getType());
  if (layer.isConv())
    return fillsVectors(layer) &&
                   llvm::none_of(input.getShape().drop_front(), ShapedType::isDynamic)
               ? ""
               : "no kernel multiplies numbers by bytes in this form";
  return cast<RankedTensorType>(layer.weight.getType()).getRank() == 2
             ? ""
             : "the weight has outer axes";
}

void storeAsBytes(const ByteLayer &each) {
  OpBuilder builder(each.layer.op);
  each.layer.op->setOperand(1, dequantizedConstant(builder, each.layer, each.weight));
  if (each.layer.weight.use_empty())
    each.layer.weight.getDefiningOp()->erase();
}

} // namespace mdc::compress
