#include "compiler/lower/ConstantIntegers.h"
#include "compiler/lower/Passes.h"

#include "dialects/graph/Shape.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_FOLDAFFINE
#include "compiler/lower/Passes.h.inc"

namespace {

Value makeConstant(OpBuilder &builder, Location loc, RankedTensorType type,
                   std::vector<float> values) {
  AsmResourceBlob blob = HeapAsmResourceBlob::allocateAndCopyInferAlign(ArrayRef<float>(values));
  auto attr = DenseF32ResourceElementsAttr::get(type, "weight", std::move(blob));
  return graph::ConstantOp::create(builder, loc, type, cast<ElementsAttr>(Attribute(attr)));
}

// One value for each channel (axis 1 of the convolution's result) from an operand that broadcasts
// so.
std::optional<std::vector<float>> perChannel(Value value, RankedTensorType result) {
  auto type = cast<RankedTensorType>(value.getType());
  auto values = constantFloats(value);
  size_t channels = result.getDimSize(1), rank = result.getRank();
  if (!values || (values->size() != 1 && values->size() != channels))
    return std::nullopt;
  if (values->size() == channels && channels != 1) {
    int64_t fromEnd = (int64_t)rank - 1; // axis 1 counted from the end
    if (type.getRank() < fromEnd || type.getDimSize(type.getRank() - fromEnd) != (int64_t)channels)
      return std::nullopt;
  }
  if (values->size() == 1)
    values->assign(channels, values->front());
  return values;
}

struct AffineIntoConv : OpRewritePattern<graph::BinaryOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::BinaryOp op, PatternRewriter &rewriter) const override {
    bool swapped = !op.getLhs().getDefiningOp<graph::ConvOp>();
    Value other = swapped ? op.getLhs() : op.getRhs();
    auto conv = (swapped ? op.getRhs() : op.getLhs()).getDefiningOp<graph::ConvOp>();
    graph::BinaryKind kind = op.getKind();
    bool scale = kind == graph::BinaryKind::Mul || (kind == graph::BinaryKind::Div && !swapped);
    bool shift = kind == graph::BinaryKind::Add || (kind == graph::BinaryKind::Sub && !swapped);
    if (!conv || !conv->hasOneUse() || op.getType() != conv.getType() || (!scale && !shift))
      return rewriter.notifyMatchFailure(op, "no scale or shift of one convolution's result");
    auto factors = perChannel(other, conv.getType());
    size_t channels = conv.getType().getDimSize(1);
    std::optional<std::vector<float>> bias =
        conv.getBias() ? constantFloats(conv.getBias()) : std::vector<float>(channels, 0);
    auto weights = scale ? constantFloats(conv.getWeight()) : std::vector<float>();
    if (!factors || !bias || !weights)
      return rewriter.notifyMatchFailure(
          op, "weight, bias or factor is no f32 constant of the channels");
    if (kind == graph::BinaryKind::Div)
      for (float &factor : *factors)
        factor = 1 / factor;
    for (size_t channel = 0; channel < channels; ++channel) {
      float factor = (*factors)[channel];
      (*bias)[channel] = scale                            ? (*bias)[channel] * factor
                         : kind == graph::BinaryKind::Sub ? (*bias)[channel] - factor
                                                          : (*bias)[channel] + factor;
    }
    size_t each = weights->size() / channels;
    for (size_t i = 0; i < weights->size(); ++i)
      (*weights)[i] *= (*factors)[i / each];
    Location loc = rewriter.getFusedLoc({conv.getLoc(), op.getLoc()});
    auto biasType = RankedTensorType::get({(int64_t)channels}, rewriter.getF32Type());
    Value weight =
        scale ? makeConstant(rewriter, loc, conv.getWeight().getType(), std::move(*weights))
              : conv.getWeight();
    Value newBias = makeConstant(rewriter, loc, biasType, std::move(*bias));
    // Both nodes name the layer, the convolution first: patterns of a spec look for that one.
    auto folded = graph::ConvOp::create(rewriter, loc, conv.getType(), conv.getInput(), weight,
                                        newBias, conv.getStrides(), conv.getPads(),
                                        conv.getDilations(), conv.getGroups());
    rewriter.replaceOp(op, folded);
    return success();
  }
};

struct FoldAffinePass : impl::FoldAffineBase<FoldAffinePass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<AffineIntoConv>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace mdc::lower
