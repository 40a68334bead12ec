#include "compiler/compress/CalibrationFacts.h"
#include "compiler/compress/Passes.h"

using namespace mlir;

namespace mdc::compress {
#define GEN_PASS_DEF_FORGETCALIBRATION
#include "compiler/compress/Passes.h.inc"

namespace {

struct ForgetCalibrationPass : impl::ForgetCalibrationBase<ForgetCalibrationPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    MLIRContext *context = &getContext();
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      function.removeArgAttr(i, StringAttr::get(context, kRangeAttr));
    function.walk([](Operation *op) {
      for (StringRef name :
           {kRangesAttr, kChannelMeanAttr, kChannelMaxAttr, kInputSqnrAttr, kGramAttr})
        op->removeAttr(name);
    });
  }
};

} // namespace
} // namespace mdc::compress
