#include "compiler/compress/BiasCorrection.h"
#include "compiler/compress/ByteWeights.h"
#include "compiler/compress/CalibrationFacts.h"
#include "compiler/compress/Passes.h"

using namespace mlir;

namespace mdc::compress {
#define GEN_PASS_DEF_QUANTIZEWEIGHTS
#include "compiler/compress/Passes.h.inc"

namespace {

struct QuantizeWeightsPass : impl::QuantizeWeightsBase<QuantizeWeightsPass> {
  using QuantizeWeightsBase::QuantizeWeightsBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    if (failed(verifyLayerFacts(function)))
      return signalPassFailure();
    WeightRounding how{granularity, /*shrink=*/false, reconstruct};
    std::vector<ByteLayer> chosen =
        chooseByteLayers(function, how, ArrayRef<std::string>(exclude), reasonAgainstByteWeight);
    for (const ByteLayer &each : chosen) {
      if (biasCorrection)
        correctBias(each);
      setFact(each.layer.op, "note", "weights alone are bytes");
      storeAsBytes(each);
    }
    quantized = chosen.size();
  }
};

} // namespace
} // namespace mdc::compress
