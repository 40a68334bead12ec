#include "compiler/compress/Layers.h"

#include "dialects/graph/Graph.h"
#include "dialects/graph/Shape.h"

using namespace mlir;

namespace mdc::compress {

namespace {

bool isFloatConstant(Value value) {
  auto constant = value.getDefiningOp<graph::ConstantOp>();
  return constant && constant.getType().getElementType().isF32();
}

std::optional<Layer> layerOf(graph::ConvOp conv) {
  if (!isFloatConstant(conv.getWeight()))
    return std::nullopt;
  RankedTensorType weight = conv.getWeight().getType();
  Layer layer;
  layer.input = conv.getInput();
  layer.weight = conv.getWeight();
  layer.outChannels = weight.getDimSize(0);
  layer.depth = weight.getNumElements() / std::max<int64_t>(layer.outChannels, 1);
  layer.groups = conv.getGroups();
  layer.channelStride = layer.depth;
  layer.depthStride = 1;
  return layer;
}

// Outer axes of extent 1 do not make a matrix another one.
std::optional<Layer> layerOf(graph::MatmulOp matmul) {
  RankedTensorType weight = matmul.getRhs().getType();
  int64_t rank = weight.getRank(), rows = weight.getDimSize(rank - 2);
  int64_t columns = weight.getDimSize(rank - 1);
  if (!isFloatConstant(matmul.getRhs()) || matmul.getTransposeLhs() ||
      weight.getNumElements() != rows * columns)
    return std::nullopt;
  bool transposed = matmul.getTransposeRhs();
  Layer layer;
  layer.input = matmul.getLhs();
  layer.weight = matmul.getRhs();
  layer.outChannels = transposed ? rows : columns;
  layer.depth = transposed ? columns : rows;
  layer.channelStride = transposed ? columns : 1;
  layer.depthStride = transposed ? 1 : columns;
  return layer;
}

} // namespace

bool Layer::isConv() const { return isa<graph::ConvOp>(op); }

int64_t inputCountOf(const Layer &layer) {
  if (!layer.isConv())
    return layer.depth;
  return cast<RankedTensorType>(layer.input.getType()).getDimSize(1);
}

int64_t elementCountOf(Value value, func::FuncOp function) {
  auto type = cast<RankedTensorType>(value.getType());
  AffineExpr count = graph::elementCount(graph::extentsOf(type), type.getContext());
  return graph::largestOf(function, count);
}

std::vector<float> rowsOf(const Layer &layer, ArrayRef<float> weights) {
  std::vector<float> rows(weights.size());
  for (int64_t channel = 0; channel < layer.outChannels; ++channel)
    for (int64_t position = 0; position < layer.depth; ++position)
      rows[channel * layer.depth + position] = weights[layer.weightIndex(channel, position)];
  return rows;
}

std::vector<Layer> layersOf(func::FuncOp function) {
  std::vector<Layer> layers;
  function.walk([&](Operation *op) {
    std::optional<Layer> layer;
    if (auto conv = dyn_cast<graph::ConvOp>(op))
      layer = layerOf(conv);
    else if (auto matmul = dyn_cast<graph::MatmulOp>(op))
      layer = layerOf(matmul);
    if (!layer || layer->weightCount() == 0)
      return;
    layer->op = op;
    layer->name = nodeNameOf(op);
    layer->outputCount = elementCountOf(op->getResult(0), function);
    layers.push_back(std::move(*layer));
  });
  return layers;
}

void setFact(Operation *op, StringRef key, Attribute value) {
  NamedAttrList facts(op->getAttrOfType<DictionaryAttr>(kFactsAttr));
  facts.set(key, value);
  op->setAttr(kFactsAttr, facts.getDictionary(op->getContext()));
}

void setFact(Operation *op, StringRef key, StringRef value) {
  setFact(op, key, Attribute(StringAttr::get(op->getContext(), value)));
}

void setFact(Operation *op, StringRef key, double value) {
  setFact(op, key, Attribute(FloatAttr::get(Float64Type::get(op->getContext()), value)));
}

void setFact(Operation *op, StringRef key, int64_t value) {
  setFact(op, key, Attribute(IntegerAttr::get(IntegerType::get(op->getContext(), 64), value)));
}

} // namespace mdc::compress
