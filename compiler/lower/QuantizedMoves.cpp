#include "compiler/lower/ConstantIntegers.h"
#include "compiler/lower/IntegerKernels.h"

#include "dialects/graph/Shape.h"
#include "mlir/IR/IRMapping.h"

#include <cmath>

using namespace mlir;

namespace mdc::lower {
namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

// The integer in [low, high] that a number is quantized to.
int32_t quantized(float number, double scale, int32_t zeroPoint, float low, float high) {
  float steps = std::nearbyint(number / static_cast<float>(scale)) + static_cast<float>(zeroPoint);
  return static_cast<int32_t>(std::isnan(steps) ? low : std::clamp(steps, low, high));
}

Value moved(PatternRewriter &rewriter, Operation *op, ValueRange data) {
  IRMapping mapping;
  for (auto [from, to] : llvm::zip(op->getOperands(), data))
    mapping.map(from, to);
  Operation *copy = rewriter.clone(*op, mapping);
  copy->getResult(0).setType(
      graph::withElement(typeOf(op->getResult(0)), typeOf(data.front()).getElementType()));
  return copy->getResult(0);
}

bool sameParameters(graph::DequantizeOp a, graph::DequantizeOp b) {
  return a.getScales() == b.getScales() && a.getZeroPoints() == b.getZeroPoints() &&
         a.getInput().getType().getElementType() == b.getInput().getType().getElementType();
}

// move(dequantize(q)) is dequantize(move(q)).
struct SinkDequantize : RewritePattern {
  explicit SinkDequantize(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    // An order of numbers is an order of integers too: the largest of a window is one of them.
    if (!graph::carriesElements(op))
      return rewriter.notifyMatchFailure(op, "the op computes");
    SmallVector<Value> bytes;
    graph::DequantizeOp first;
    for (Value operand : graph::carriedOperands(op)) {
      auto source = operand.getDefiningOp<graph::DequantizeOp>();
      if (!source || (first && !sameParameters(first, source)))
        return rewriter.notifyMatchFailure(op, "the data is not dequantized by equal parameters");
      first = first ? first : source;
      bytes.push_back(source.getInput());
    }
    int64_t axis = 0;
    if (first.getScales().size() > 1) {
      auto transpose = dyn_cast<graph::TransposeOp>(op);
      if (!transpose)
        return rewriter.notifyMatchFailure(op, "a parameter for each index of an axis");
      axis = llvm::find(transpose.getPermutation(), int64_t(first.getAxis())) -
             transpose.getPermutation().begin();
    }
    Value result = moved(rewriter, op, bytes);
    rewriter.replaceOpWithNewOp<graph::DequantizeOp>(
        op, op->getResult(0).getType(), result, first.getScales(), first.getZeroPoints(), axis);
    return success();
  }
};

// pad(dequantize(q)) by a number that an integer stands for.
struct PadIntegers : OpRewritePattern<graph::PadOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::PadOp op, PatternRewriter &rewriter) const override {
    auto source = op.getInput().getDefiningOp<graph::DequantizeOp>();
    if (!source || source.getScales().size() != 1 ||
        !(typeOf(source.getInput()).getElementTypeBitWidth() == 8))
      return rewriter.notifyMatchFailure(op, "the input is not dequantized by one scale");
    auto number = constantFloats(op.getValue());
    if (op.getKind() == graph::PadKind::Constant && !number)
      return rewriter.notifyMatchFailure(op, "the border is not constant");
    RankedTensorType type = source.getInput().getType();
    int32_t zeroPoint = source.getZeroPoints()[0];
    float scale = static_cast<float>(source.getScales()[0]);
    float low = type.getElementType().isUnsignedInteger() ? 0 : -128;
    int32_t integer = number ? quantized(number->front(), scale, zeroPoint, low, low + 255) : 0;
    if (number && float(integer - zeroPoint) * scale != number->front())
      return rewriter.notifyMatchFailure(op, "no integer stands for the border's number");
    Value value =
        makeBytes(rewriter, op.getLoc(), RankedTensorType::get({}, type.getElementType()), integer);
    Value padded = graph::PadOp::create(rewriter, op.getLoc(), op.getKind(), source.getInput(),
                                        value, op.getLow(), op.getHigh());
    rewriter.replaceOpWithNewOp<graph::DequantizeOp>(op, op.getType(), padded, source.getScales(),
                                                     source.getZeroPoints());
    return success();
  }
};

// quantize(move(x)) is move(quantize(x)): the kernel that computes x then writes bytes.
struct RaiseQuantize : OpRewritePattern<graph::QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::QuantizeOp op, PatternRewriter &rewriter) const override {
    Operation *move = op.getInput().getDefiningOp();
    bool rises = move && (isa<graph::ReshapeOp, graph::TransposeOp, graph::ConcatOp>(move) ||
                          (isa<graph::PoolOp>(move) && graph::carriesElements(move)));
    if (!rises || !move->hasOneUse() || op.getScales().size() != 1)
      return rewriter.notifyMatchFailure(op, "no move that only this op reads");
    SmallVector<Value> bytes;
    for (Value operand : move->getOperands()) {
      RankedTensorType type = graph::withElement(typeOf(operand), op.getType().getElementType());
      bytes.push_back(graph::QuantizeOp::create(rewriter, op.getLoc(), type, operand,
                                                op.getScales(), op.getZeroPoints(), op.getAxis(),
                                                op.getBits()));
    }
    rewriter.replaceOp(op, moved(rewriter, move, bytes));
    return success();
  }
};

// quantize(relu(x)) and quantize(min or max(x, number)), where saturation does the same.
struct ClipBySaturation : OpRewritePattern<graph::QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::QuantizeOp op, PatternRewriter &rewriter) const override {
    Operation *clip = op.getInput().getDefiningOp();
    // Where 0 lies does not depend on the scale, other bounds do.
    bool anyScale = clip && isa<graph::UnaryOp>(clip) && llvm::all_equal(op.getZeroPoints());
    if (!clip || (op.getScales().size() != 1 && !anyScale))
      return rewriter.notifyMatchFailure(op, "not one scale, or the input is an argument");
    int32_t low = op.getLowest(), high = op.getHighest();
    auto at = [&](float number) {
      return quantized(number, op.getScales()[0], op.getZeroPoints()[0], low, high);
    };
    if (auto unary = dyn_cast<graph::UnaryOp>(clip)) {
      if (unary.getKind() != graph::UnaryKind::Relu || at(0) != low)
        return rewriter.notifyMatchFailure(op, "no relu at the lowest integer");
      rewriter.modifyOpInPlace(op, [&] { op.getInputMutable().assign(unary.getInput()); });
      return success();
    }
    auto binary = dyn_cast<graph::BinaryOp>(clip);
    auto bound = binary ? constantFloats(binary.getRhs()) : std::nullopt;
    if (!bound || bound->size() != 1 || binary.getLhs().getType() != binary.getType())
      return rewriter.notifyMatchFailure(op, "no bound of one number");
    bool idle = (binary.getKind() == graph::BinaryKind::Max && at(bound->front()) == low) ||
                (binary.getKind() == graph::BinaryKind::Min && at(bound->front()) == high);
    if (!idle)
      return rewriter.notifyMatchFailure(op, "the bound is inside the integers' range");
    rewriter.modifyOpInPlace(op, [&] { op.getInputMutable().assign(binary.getLhs()); });
    return success();
  }
};

// The index along the quantization's axis of each element in row-major order.
struct ChannelOf {
  int64_t inner = 1, channels = 1;
  explicit ChannelOf(graph::QuantizeOp op) : channels(op.getScales().size()) {
    ArrayRef<int64_t> shape = op.getType().getShape();
    if (channels > 1)
      for (int64_t extent : shape.drop_front(op.getAxis() + 1))
        inner *= extent;
  }
  int64_t operator()(int64_t position) const { return position / inner % channels; }
};

// Weights that the model quantizes when it runs are quantized now.
struct QuantizeConstant : OpRewritePattern<graph::QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::QuantizeOp op, PatternRewriter &rewriter) const override {
    auto numbers = constantFloats(op.getInput());
    if (!numbers)
      return rewriter.notifyMatchFailure(op, "the input is no f32 constant");
    ChannelOf channelOf(op);
    std::vector<int32_t> integers(numbers->size());
    for (size_t i = 0; i < integers.size(); ++i) {
      int64_t channel = channelOf(i);
      integers[i] = quantized((*numbers)[i], op.getScales()[channel], op.getZeroPoints()[channel],
                              op.getLowest(), op.getHighest());
    }
    rewriter.replaceOp(op, makeBytes(rewriter, op.getLoc(), op.getType(), integers));
    return success();
  }
};

// Activations in i8 become ui8 where they are made.
struct UnsignedActivations : OpRewritePattern<graph::DequantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::DequantizeOp op, PatternRewriter &rewriter) const override {
    if (op.getScales().size() != 1 ||
        !op.getInput().getType().getElementType().isSignlessInteger(8))
      return rewriter.notifyMatchFailure(op, "not i8 of one scale");
    Value integers = asUnsigned(rewriter, op.getInput(), /*free=*/true);
    if (!integers)
      return rewriter.notifyMatchFailure(op, "the integers come from outside");
    rewriter.replaceOpWithNewOp<graph::DequantizeOp>(op, op.getType(), integers, op.getScales(),
                                                     op.getZeroPoints()[0] + 128);
    return success();
  }
};

} // namespace

Value asUnsigned(PatternRewriter &rewriter, Value integers, bool free) {
  OpBuilder::InsertionGuard guard(rewriter);
  Type ui8 = IntegerType::get(rewriter.getContext(), 8, IntegerType::Unsigned);
  RankedTensorType type = graph::withElement(typeOf(integers), ui8);
  Operation *op = integers.getDefiningOp();
  if (auto quantize = dyn_cast_or_null<graph::QuantizeOp>(op)) {
    SmallVector<int32_t> zeroPoints(quantize.getZeroPoints());
    for (int32_t &zeroPoint : zeroPoints)
      zeroPoint += 128;
    rewriter.setInsertionPoint(op);
    return graph::QuantizeOp::create(rewriter, op->getLoc(), type, quantize.getInput(),
                                     quantize.getScales(), zeroPoints, quantize.getAxis());
  }
  if (op && graph::carriesElements(op)) {
    SmallVector<Value> data;
    for (Value operand : graph::carriedOperands(op))
      if (Value shifted = asUnsigned(rewriter, operand, free))
        data.push_back(shifted);
      else
        return {};
    rewriter.setInsertionPoint(op);
    return moved(rewriter, op, data);
  }
  if (free)
    return {};
  if (op)
    rewriter.setInsertionPointAfter(op);
  else
    rewriter.setInsertionPointToStart(cast<BlockArgument>(integers).getOwner());
  Location loc = integers.getLoc();
  Type i32 = rewriter.getI32Type();
  Value wide = graph::CastOp::create(rewriter, loc, graph::withElement(type, i32), integers);
  auto scalar = DenseElementsAttr::get(RankedTensorType::get({}, i32), int32_t(128));
  Value offset = graph::ConstantOp::create(rewriter, loc, scalar);
  Value shifted = graph::BinaryOp::create(rewriter, loc, graph::BinaryKind::Add, wide, offset);
  return graph::CastOp::create(rewriter, loc, type, shifted);
}

void addQuantizedMoves(RewritePatternSet &patterns) {
  patterns.add<SinkDequantize, PadIntegers, RaiseQuantize, ClipBySaturation, QuantizeConstant,
               UnsignedActivations>(patterns.getContext());
}

} // namespace mdc::lower
