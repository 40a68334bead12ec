#include "compiler/lower/IntegerKernels.h"

#include "compiler/lower/Passes.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_INTEGERKERNELS
#include "compiler/lower/Passes.h.inc"

namespace {

using AddPatterns = void (*)(RewritePatternSet &);

struct IntegerKernelsPass : impl::IntegerKernelsBase<IntegerKernelsPass> {
  // In this order: products want their operands dequantized right before them, and arithmetic is
  // for what no product took.
  void runOnOperation() override {
    for (AddPatterns add : {addQuantizedMoves, addIntegerProducts, addQuantizedArithmetic}) {
      RewritePatternSet patterns(&getContext());
      add(patterns);
      if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
        return signalPassFailure();
      // Readers of the same value have each made its ui8 form.
      IRRewriter rewriter(&getContext());
      DominanceInfo dominance(getOperation());
      if (add == addQuantizedMoves)
        eliminateCommonSubExpressions(rewriter, dominance, getOperation());
      if (add == addIntegerProducts)
        noteShortSums(getOperation());
    }
  }
};

} // namespace
} // namespace mdc::lower
