#include "compiler/lower/ConstantIntegers.h"
#include "compiler/lower/IntegerKernels.h"

#include "dialects/graph/Shape.h"

using namespace mlir;

namespace mdc::lower {
namespace {

using graph::BinaryKind;

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

// Elementwise arithmetic at one place.
struct Arithmetic {
  OpBuilder &builder;
  Location loc;

  Value cast(Value x, Type element) {
    return graph::CastOp::create(builder, loc, graph::withElement(typeOf(x), element), x);
  }
  Value binary(BinaryKind kind, Value a, Value b) {
    return graph::BinaryOp::create(builder, loc, kind, a, b);
  }
};

// One number for each scale, placed along the op's axis.
template <typename Op> Value along(OpBuilder &builder, Op op, ArrayRef<float> numbers) {
  int64_t trailing = op.getScales().size() == 1 ? 0 : op.getType().getRank() - 1 - op.getAxis();
  return makeChannels(builder, op.getLoc(), numbers, trailing);
}

template <typename Op> SmallVector<float> zeroPointsOf(Op op) {
  return SmallVector<float>(op.getZeroPoints().begin(), op.getZeroPoints().end());
}

bool allZero(ArrayRef<float> numbers) {
  return llvm::all_of(numbers, [](float number) { return number == 0; });
}

// Constants that integers stand for, up to the size that folds keep in the graph.
constexpr int64_t kMostFolded = 65536;

Value foldedConstant(PatternRewriter &rewriter, graph::DequantizeOp op) {
  auto integers = constantIntegers(op.getInput());
  if (!integers || op.getType().getNumElements() > kMostFolded)
    return {};
  int64_t channels = op.getScales().size(), inner = 1;
  if (channels > 1)
    for (int64_t extent : op.getType().getShape().drop_front(op.getAxis() + 1))
      inner *= extent;
  std::vector<float> numbers;
  for (auto [position, integer] : llvm::enumerate(*integers)) {
    int64_t channel = int64_t(position) / inner % channels;
    numbers.push_back(float(integer - op.getZeroPoints()[channel]) *
                      static_cast<float>(op.getScales()[channel]));
  }
  auto value = DenseElementsAttr::get(op.getType(), ArrayRef<float>(numbers));
  return graph::ConstantOp::create(rewriter, op.getLoc(), value);
}

Value dequantized(OpBuilder &builder, graph::DequantizeOp op) {
  Arithmetic make{builder, op.getLoc()};
  Value steps = make.cast(op.getInput(), builder.getF32Type());
  if (SmallVector<float> zeroPoints = zeroPointsOf(op); !allZero(zeroPoints))
    steps = make.binary(BinaryKind::Sub, steps, along(builder, op, zeroPoints));
  SmallVector<float> scales(op.getScales().begin(), op.getScales().end());
  return make.binary(BinaryKind::Mul, steps, along(builder, op, scales));
}

struct ExpandDequantize : OpRewritePattern<graph::DequantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::DequantizeOp op, PatternRewriter &rewriter) const override {
    if (Value constant = foldedConstant(rewriter, op)) {
      rewriter.replaceOp(op, constant);
      return success();
    }
    for (OpOperand &use : llvm::make_early_inc_range(op->getUses())) {
      OpBuilder::InsertionGuard guard(rewriter);
      rewriter.setInsertionPoint(use.getOwner());
      Value numbers = dequantized(rewriter, op);
      rewriter.modifyOpInPlace(use.getOwner(), [&] { use.set(numbers); });
    }
    rewriter.eraseOp(op);
    return success();
  }
};

// Whether a number is computed from bytes by elementwise ops alone: its precision is that of an
// integer kernel already.
bool comesFromBytes(Value value, int depth = 0) {
  Operation *op = value.getDefiningOp();
  constexpr int kMostOps = 16;
  if (!op || depth > kMostOps)
    return false;
  if (isa<graph::DequantizeOp, graph::CastOp>(op))
    return isa<IntegerType>(typeOf(op->getOperand(0)).getElementType());
  if (!isa<graph::UnaryOp, graph::BinaryOp>(op))
    return false;
  return llvm::any_of(op->getOperands(),
                      [&](Value operand) { return comesFromBytes(operand, depth + 1); });
}

// The i32 sums and the scales of a product that only `op` reads: sums * scales.
struct ScaledSums {
  Value sums;
  std::vector<float> scales;
  RankedTensorType scalesType;
};

std::optional<ScaledSums> scaledSums(graph::QuantizeOp op) {
  auto product = op.getInput().getDefiningOp<graph::BinaryOp>();
  auto cast = product ? product.getLhs().getDefiningOp<graph::CastOp>() : nullptr;
  if (!product || product.getKind() != BinaryKind::Mul || !product->hasOneUse() || !cast ||
      !cast.getInput().getType().getElementType().isSignlessInteger(32))
    return std::nullopt;
  auto scales = constantFloats(product.getRhs());
  if (!scales || product.getLhs().getType() != product.getType())
    return std::nullopt;
  return ScaledSums{cast.getResult(), std::move(*scales), product.getRhs().getType()};
}

// x / scale as a product's epilogue computes it: by one factor.
Value inSteps(PatternRewriter &rewriter, graph::QuantizeOp op) {
  Arithmetic make{rewriter, op.getLoc()};
  SmallVector<float> scales(op.getScales().begin(), op.getScales().end());
  if (auto scaled = scaledSums(op)) {
    int64_t trailing = op.getType().getRank() - 1 - op.getAxis(); // where channels have scales
    size_t channels = std::max(scales.size(), scaled->scales.size());
    bool alongChannels = scaled->scales.size() == 1 || scaled->scalesType.getRank() == trailing + 1;
    auto at = [](auto &values, size_t i) { return values[values.size() == 1 ? 0 : i]; };
    SmallVector<float> factors;
    for (size_t i = 0; i < channels; ++i)
      factors.push_back(at(scaled->scales, i) / at(scales, i));
    if (scales.size() == 1) {
      auto value = DenseElementsAttr::get(scaled->scalesType, ArrayRef<float>(factors));
      return make.binary(BinaryKind::Mul, scaled->sums,
                         graph::ConstantOp::create(rewriter, op.getLoc(), value));
    }
    if (alongChannels)
      return make.binary(BinaryKind::Mul, scaled->sums, along(rewriter, op, factors));
  }
  if (!comesFromBytes(op.getInput()))
    return make.binary(BinaryKind::Div, op.getInput(), along(rewriter, op, scales));
  for (float &scale : scales)
    scale = 1 / scale;
  return make.binary(BinaryKind::Mul, op.getInput(), along(rewriter, op, scales));
}

struct ExpandQuantize : OpRewritePattern<graph::QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::QuantizeOp op, PatternRewriter &rewriter) const override {
    Arithmetic make{rewriter, op.getLoc()};
    Value steps = graph::UnaryOp::create(rewriter, op.getLoc(), graph::UnaryKind::Round,
                                         inSteps(rewriter, op));
    if (SmallVector<float> zeroPoints = zeroPointsOf(op); !allZero(zeroPoints))
      steps = make.binary(BinaryKind::Add, steps, along(rewriter, op, zeroPoints));
    for (auto [kind, bound] :
         {std::pair(BinaryKind::Max, op.getLowest()), std::pair(BinaryKind::Min, op.getHighest())})
      steps = make.binary(kind, steps, makeScalar(rewriter, op.getLoc(), float(bound)));
    rewriter.replaceOp(op, make.cast(steps, op.getType().getElementType()));
    return success();
  }
};

} // namespace

void addQuantizedArithmetic(RewritePatternSet &patterns) {
  patterns.add<ExpandDequantize, ExpandQuantize>(patterns.getContext());
}

} // namespace mdc::lower
