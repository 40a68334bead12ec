#include "compiler/lower/Passes.h"

#include "dialects/graph/Shape.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_CANCELMOVES
#include "compiler/lower/Passes.h.inc"

namespace {

// A transpose that moves only axes of extent 1 keeps the order of elements.
struct TransposeToReshape : OpRewritePattern<graph::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::TransposeOp op, PatternRewriter &rewriter) const override {
    graph::Extents extents = graph::extentsOf(op.getInput().getType());
    int64_t last = -1;
    for (int64_t axis : op.getPermutation()) {
      if (graph::constantOf(extents[axis]) == 1)
        continue;
      if (axis < last)
        return rewriter.notifyMatchFailure(op, "elements change their order");
      last = axis;
    }
    rewriter.replaceOpWithNewOp<graph::ReshapeOp>(op, op.getType(), op.getInput());
    return success();
  }
};

// matmul(a, transpose(b)), where the transpose also swaps the last two axes, reads b in its own
// order.
struct TransposeIntoMatmul : OpRewritePattern<graph::MatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::MatmulOp op, PatternRewriter &rewriter) const override {
    auto transpose = op.getRhs().getDefiningOp<graph::TransposeOp>();
    if (!transpose)
      return rewriter.notifyMatchFailure(op, "the right operand is no transpose");
    SmallVector<int64_t> permutation(transpose.getPermutation());
    size_t rank = permutation.size();
    // The contiguous axis should stay last in what is copied.
    if (rank < 2 || permutation[rank - 2] != (int64_t)rank - 1)
      return rewriter.notifyMatchFailure(op, "the transpose keeps the contiguous axis");
    std::swap(permutation[rank - 1], permutation[rank - 2]);
    Value moved =
        graph::TransposeOp::create(rewriter, transpose.getLoc(), transpose.getInput(), permutation);
    rewriter.modifyOpInPlace(op, [&] {
      op.getRhsMutable().assign(moved);
      op.setTransposeRhs(!op.getTransposeRhs());
    });
    return success();
  }
};

// conv(pad(x)) with zeros around spatial axes alone.
struct PadIntoConv : OpRewritePattern<graph::ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::ConvOp op, PatternRewriter &rewriter) const override {
    auto pad = op.getInput().getDefiningOp<graph::PadOp>();
    if (!pad || pad.getKind() != graph::PadKind::Constant ||
        !matchPattern(pad.getValue(), m_AnyZeroFloat()))
      return rewriter.notifyMatchFailure(op, "the input is not padded with zeros");
    auto negative = [](int64_t width) { return width < 0; };
    if (llvm::any_of(pad.getLow(), negative) || llvm::any_of(pad.getHigh(), negative) ||
        pad.getLow()[0] || pad.getLow()[1] || pad.getHigh()[0] || pad.getHigh()[1])
      return rewriter.notifyMatchFailure(op,
                                         "batch or channels are padded, or the input is cropped");
    SmallVector<int64_t> pads(op.getPads());
    size_t spatial = pads.size() / 2;
    for (size_t axis = 0; axis < spatial; ++axis) {
      pads[axis] += pad.getLow()[2 + axis];
      pads[spatial + axis] += pad.getHigh()[2 + axis];
    }
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(pad.getInput());
      op.setPads(pads);
    });
    return success();
  }
};

struct CancelMovesPass : impl::CancelMovesBase<CancelMovesPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<TransposeToReshape, TransposeIntoMatmul, PadIntoConv>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace mdc::lower
