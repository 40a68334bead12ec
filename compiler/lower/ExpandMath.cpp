#include "compiler/lower/Passes.h"

#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Transforms/DialectConversion.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_EXPANDMATH
#include "compiler/lower/Passes.h.inc"

namespace {
/// The only way to bf16 that the expansion knows starts at f32: all others go there first. A fold
/// of MLIR joins conversions, so they cannot be written in two steps from the beginning.
template <typename Op> struct ConvertThroughF32 : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Type from = getElementTypeOrSelf(op.getIn().getType()), to = op.getType();
    if (!getElementTypeOrSelf(to).isBF16() || from.isF32())
      return rewriter.notifyMatchFailure(op, "does not convert to bf16, or from f32");
    Type through = rewriter.getF32Type();
    if (auto shaped = dyn_cast<ShapedType>(to))
      through = shaped.clone(through);
    Value wide = Op::create(rewriter, op.getLoc(), through, op.getIn());
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, to, wide);
    return success();
  }
};

struct ExpandMathPass : impl::ExpandMathBase<ExpandMathPass> {
  using ExpandMathBase::ExpandMathBase;

  void runOnOperation() override {
    RewritePatternSet expansions(&getContext());
    // x86-64-v3 and -v4 have no conversion to bf16; LLVM would call a function that static binaries
    // lack.
    if (!hasBf16)
      arith::populateExpandBFloat16Patterns(expansions);
    expansions.add<ConvertThroughF32<arith::TruncFOp>, ConvertThroughF32<arith::SIToFPOp>,
                   ConvertThroughF32<arith::UIToFPOp>>(&getContext());
    math::populateExpansionPatterns(expansions, {"tan", "cosh", "fpowi"});
    if (failed(applyPatternsGreedily(getOperation(), std::move(expansions))))
      return signalPassFailure();
    RewritePatternSet polynomials(&getContext());
    populateMathPolynomialApproximationPatterns(polynomials);
    if (failed(applyPatternsGreedily(getOperation(), std::move(polynomials))))
      return signalPassFailure();
    ConversionTarget target(getContext());
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    target.addIllegalOp<math::ErfOp>();
    RewritePatternSet calls(&getContext());
    populateMathToLibmConversionPatterns(calls);
    if (failed(applyPartialConversion(getOperation(), target, std::move(calls))))
      signalPassFailure();
  }
};
} // namespace
} // namespace mdc::lower
