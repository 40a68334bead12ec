#include "compiler/lower/Passes.h"

#include "compiler/lower/WeightBytes.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include <bit>
#include <cstring>

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_FOLDWEIGHTS
#include "compiler/lower/Passes.h.inc"

namespace {

// 16-bit floats are a storage form of weights: their readers compute in f32.
struct WidenWeight : OpRewritePattern<graph::CastOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::CastOp op, PatternRewriter &rewriter) const override {
    auto constant = op.getInput().getDefiningOp<graph::ConstantOp>();
    auto from = constant ? dyn_cast<FloatType>(constant.getType().getElementType()) : FloatType();
    if (!from || from.getWidth() != 16 || !op.getType().getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "no 16-bit float weight cast to f32");
    auto bytes = bytesOf(constant);
    if (!bytes)
      return rewriter.notifyMatchFailure(op, "the constant is no weight in memory");
    std::vector<float> values(bytes->size() / 2);
    for (size_t i = 0; i < values.size(); ++i) {
      uint16_t bits;
      std::memcpy(&bits, bytes->data() + 2 * i, 2);
      values[i] = from.isF16() ? static_cast<float>(std::bit_cast<_Float16>(bits))
                               : std::bit_cast<float>(uint32_t(bits) << 16);
    }
    ArrayRef<char> wide(reinterpret_cast<const char *>(values.data()), values.size() * 4);
    rewriter.replaceOp(op, makeWeight(rewriter, op.getLoc(), op.getType(), wide));
    return success();
  }
};

struct TransposeWeight : OpRewritePattern<graph::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::TransposeOp op, PatternRewriter &rewriter) const override {
    auto constant = op.getInput().getDefiningOp<graph::ConstantOp>();
    auto bytes = constant ? bytesOf(constant) : std::nullopt;
    if (!bytes)
      return rewriter.notifyMatchFailure(op, "the input is no weight in memory");
    ArrayRef<int64_t> shape = op.getType().getShape(), from = constant.getType().getShape();
    size_t rank = shape.size(), width = constant.getType().getElementTypeBitWidth() / 8;
    SmallVector<int64_t> strides(rank, 1), along(rank);
    for (size_t axis = rank - 1; axis > 0; --axis)
      strides[axis - 1] = strides[axis] * from[axis];
    for (size_t axis = 0; axis < rank; ++axis)
      along[axis] = strides[op.getPermutation()[axis]];
    std::vector<char> moved(bytes->size());
    SmallVector<int64_t> at(rank, 0);
    int64_t source = 0;
    for (size_t target = 0; target < moved.size(); target += width) {
      std::memcpy(&moved[target], bytes->data() + source * width, width);
      for (size_t axis = rank; axis-- > 0;) { // the next index, the last axis fastest
        source += along[axis];
        if (++at[axis] < shape[axis])
          break;
        source -= along[axis] * shape[axis];
        at[axis] = 0;
      }
    }
    rewriter.replaceOp(op, makeWeight(rewriter, op.getLoc(), op.getType(), moved));
    return success();
  }
};

struct FoldWeightsPass : impl::FoldWeightsBase<FoldWeightsPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<WidenWeight, TransposeWeight>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace mdc::lower
