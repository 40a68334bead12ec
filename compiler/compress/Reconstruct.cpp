#include "compiler/compress/CalibrationFacts.h"
#include "compiler/compress/Passes.h"
#include "compiler/compress/Pruning.h"
#include "compiler/compress/Weights.h"

using namespace mlir;

namespace mdc::compress {
#define GEN_PASS_DEF_RECONSTRUCT
#include "compiler/compress/Passes.h.inc"

namespace {

struct ReconstructPass : impl::ReconstructBase<ReconstructPass> {
  using ReconstructBase::ReconstructBase;

  void runOnOperation() override {
    if (!(damping >= 0)) {
      emitError(getOperation().getLoc(), "damping of ") << damping << ", expected 0 or more";
      return signalPassFailure();
    }
    for (const Layer &layer : layersOf(getOperation())) {
      if (Attribute dense = layer.op->removeAttr(kDenseWeightAttr))
        if (failed(reconstruct(layer, dense)))
          return signalPassFailure();
      if (!keepGram)
        layer.op->removeAttr(kGramAttr);
    }
  }

  LogicalResult reconstruct(const Layer &layer, Attribute denseAttr) {
    auto dense = floatsOf(denseAttr);
    if (!dense || int64_t(dense->size()) != layer.weightCount())
      return layer.op->emitError("graph.dense_weight does not fit, expected ")
             << layer.weightCount() << " f32 elements as the weight has";
    std::vector<float> weights = *floatsOf(layer.weight);
    FailureOr<bool> solved = reconstructLayer(layer, *dense, damping, weights);
    if (failed(solved))
      return failure();
    if (*solved)
      replaceWeight(layer, weights);
    return success();
  }

  void replaceWeight(const Layer &layer, ArrayRef<float> weights) {
    auto masked = layer.weight.getDefiningOp<graph::ConstantOp>();
    OpBuilder builder(masked);
    Value weight = makeConstant(builder, masked.getLoc(), masked.getType(), weights);
    layer.op->setOperand(1, weight);
    masked->erase();
    ++reconstructed;
  }
};

} // namespace
} // namespace mdc::compress
