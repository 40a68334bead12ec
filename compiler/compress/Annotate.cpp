#include "compiler/compress/Annotate.h"

#include "compiler/compress/CalibrationFacts.h"
#include "compiler/compress/InputNoise.h"
#include "compiler/compress/Layers.h"
#include "compiler/compress/LeastSquares.h"
#include "compiler/compress/Ranges.h"
#include "dialects/graph/Graph.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

namespace mdc::compress {

namespace {

/// Of the layer's input.
int64_t channelCountOf(const Layer &layer) {
  auto type = cast<RankedTensorType>(layer.input.getType());
  return type.getDimSize(layer.isConv() ? 1 : type.getRank() - 1);
}

class Annotator {
public:
  Annotator(func::FuncOp main, const Calibration &calibration) : main(main), known(calibration) {}

  void run(RangeMethod method, double percentile, int bits) {
    llvm::DenseMap<Value, const TensorStatistics *> statistics;
    for (const Observation &seen : observations(main)) {
      auto found = known.tensors.find(seen.key);
      if (found == known.tensors.end())
        continue;
      statistics[seen.value] = &found->second;
      if (found->second.count && !found->second.hasNan)
        ranges[seen.value] = rangeOf(found->second, method, percentile, bits);
    }
    for (Operation &op : main.getBody().front())
      if (isMove(&op) && ranges.contains(op.getOperand(0)))
        ranges.try_emplace(op.getResult(0), ranges.lookup(op.getOperand(0)));
    for (const Layer &layer : layersOf(main))
      if (const TensorStatistics *seen = statistics.lookup(layer.input))
        writeInput(layer, *seen, bits);
    writeRanges();
    writeGrams();
  }

private:
  ArrayAttr attributeOf(const Range &range) {
    return Builder(main.getContext()).getF64ArrayAttr({range.low, range.high});
  }

  Attribute floats(ArrayRef<int64_t> shape, ArrayRef<float> values) {
    auto type = RankedTensorType::get(shape, Float32Type::get(main.getContext()));
    if (values.size() <= 64)
      return DenseElementsAttr::get(type, values);
    AsmResourceBlob blob = HeapAsmResourceBlob::allocateAndCopyInferAlign(values);
    return DenseResourceElementsAttr::get(type, "calibration", std::move(blob));
  }

  void writeInput(const Layer &layer, const TensorStatistics &seen, int bits) {
    setOfChannels(layer, kChannelMeanAttr, seen.channelMeans);
    if (layer.isDepthwise())
      setOfChannels(layer, kChannelMaxAttr, seen.channelMaxima);
    auto range = ranges.find(layer.input);
    if (range == ranges.end())
      return;
    ByteParameters bytes = layer.isDepthwise()
                               ? parametersOf(range->second, seen.channelMaxima, bits)
                               : parametersOf(range->second, bits);
    if (auto decibels = inputSqnrDb(layer, seen, bytes))
      layer.op->setAttr(kInputSqnrAttr, Builder(main.getContext()).getF64FloatAttr(*decibels));
  }

  void setOfChannels(const Layer &layer, StringRef name, ArrayRef<float> values) {
    int64_t channels = channelCountOf(layer);
    if (int64_t(values.size()) == channels)
      layer.op->setAttr(name, floats({channels}, values));
  }

  void writeRanges() {
    for (BlockArgument argument : main.getArguments())
      if (auto range = ranges.find(argument); range != ranges.end())
        main.setArgAttr(argument.getArgNumber(), kRangeAttr, attributeOf(range->second));
    for (Operation &op : main.getBody().front()) {
      SmallVector<Attribute> all;
      for (Value result : op.getResults())
        if (auto range = ranges.find(result); range != ranges.end())
          all.push_back(attributeOf(range->second));
      if (!all.empty() && all.size() == op.getNumResults())
        op.setAttr(kRangesAttr, ArrayAttr::get(main.getContext(), all));
    }
  }

  void writeGrams() {
    for (const GramObservation &seen : gramObservations(main, kLargestDepth))
      if (auto gram = known.grams.find(seen.key); gram != known.grams.end())
        seen.layer->setAttr(kGramAttr, floats({seen.depth, seen.depth}, gram->second.values));
  }

  func::FuncOp main;
  const Calibration &known;
  llvm::DenseMap<Value, Range> ranges;
};

} // namespace

void annotate(func::FuncOp main, const Calibration &calibration, RangeMethod method,
              double percentile, int bits) {
  Annotator(main, calibration).run(method, percentile, bits);
}

} // namespace mdc::compress
