#include "compiler/lower/ConstantIntegers.h"
#include "compiler/lower/IntegerKernels.h"

#include "dialects/graph/Shape.h"

#include <cmath>

using namespace mlir;

namespace mdc::lower {
namespace {

using graph::BinaryKind;

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

// How the weight of a product lies: its output channels along one axis.
struct WeightAxes {
  int64_t channels = 0; // axis of the weight that the result's channels run along
  int64_t trailing = 0; // axes of the result behind its channels
};

WeightAxes axesOf(graph::ConvOp op) { return {0, op.getType().getRank() - 2}; }
WeightAxes axesOf(graph::MatmulOp op) { return {op.getTransposeRhs() ? 0 : 1, 0}; }

Value weightOf(graph::ConvOp op) { return op.getWeight(); }
Value weightOf(graph::MatmulOp op) { return op.getRhs(); }
Value inputOf(graph::ConvOp op) { return op.getInput(); }
Value inputOf(graph::MatmulOp op) { return op.getLhs(); }

// Weights without their zero point, and what a product needs to know of them. Unsigned ones may
// then reach beyond i8: what is cut off there is a second weight, multiplied by itself.
struct ByteWeight {
  RankedTensorType type; // of i8
  std::vector<int32_t> values;
  std::vector<int32_t> cutOff;
  SmallVector<float> scales; // one, or one for each channel
  int64_t channels = 0, depth = 0;
  std::vector<int64_t> sums; // of each channel
};

// depth * 255 * 128 stays inside i32, with a second weight depth * 255 * 255.
constexpr int64_t kDeepest = 65536, kDeepestOfTwo = 32768;

// Nothing where a value does not fit twice an i8, or sums may not fit i32.
std::optional<ByteWeight> byteWeight(RankedTensorType type, std::vector<int32_t> values,
                                     WeightAxes axes) {
  if (type.getRank() < 2 || type.getNumElements() == 0)
    return std::nullopt;
  ByteWeight weight;
  Type i8 = IntegerType::get(type.getContext(), 8);
  weight.type = RankedTensorType::get(type.getShape(), i8);
  weight.channels = type.getDimSize(axes.channels);
  weight.depth = type.getNumElements() / weight.channels;
  if (weight.depth > kDeepest)
    return std::nullopt;
  int64_t inner = 1;
  for (int64_t extent : type.getShape().drop_front(axes.channels + 1))
    inner *= extent;
  weight.sums.assign(weight.channels, 0);
  bool fits = true;
  weight.values = std::move(values);
  weight.cutOff.assign(weight.values.size(), 0);
  for (size_t i = 0; i < weight.values.size(); ++i) {
    int32_t &value = weight.values[i];
    weight.sums[int64_t(i) / inner % weight.channels] += value;
    int32_t kept = std::clamp(value, -128, 127);
    weight.cutOff[i] = value - kept;
    value = kept;
    if (weight.cutOff[i] < -128 || weight.cutOff[i] > 127)
      return std::nullopt;
    fits &= weight.cutOff[i] == 0;
  }
  if (fits)
    weight.cutOff.clear();
  else if (weight.depth > kDeepestOfTwo)
    return std::nullopt;
  return weight;
}

std::optional<ByteWeight> dequantizedWeight(Value value, WeightAxes axes) {
  auto source = value.getDefiningOp<graph::DequantizeOp>();
  auto integers = source ? constantIntegers(source.getInput()) : std::nullopt;
  if (!integers || source.getInput().getType().getElementTypeBitWidth() != 8)
    return std::nullopt;
  size_t count = source.getScales().size();
  if (count > 1 && int64_t(source.getAxis()) != axes.channels)
    return std::nullopt;
  RankedTensorType type = source.getInput().getType();
  int64_t inner = 1;
  for (int64_t extent :
       type.getShape().drop_front(std::min<int64_t>(axes.channels + 1, type.getRank())))
    inner *= extent;
  for (size_t i = 0; i < integers->size(); ++i)
    (*integers)[i] -= source.getZeroPoints()[int64_t(i) / inner % int64_t(count)];
  auto weight = byteWeight(type, std::move(*integers), axes);
  if (weight)
    weight->scales.assign(source.getScales().begin(), source.getScales().end());
  return weight;
}

// Activations: ui8, or i8 that become ui8.
struct ByteInput {
  Value bytes;
  int32_t zeroPoint = 0;
  float scale = 1;
};

std::optional<ByteInput> byteInput(PatternRewriter &rewriter, Value value) {
  auto source = value.getDefiningOp<graph::DequantizeOp>();
  if (!source || source.getScales().size() != 1)
    return std::nullopt;
  Type element = source.getInput().getType().getElementType();
  int32_t zeroPoint = source.getZeroPoints()[0];
  float scale = static_cast<float>(source.getScales()[0]);
  if (element.isUnsignedInteger(8))
    return ByteInput{source.getInput(), zeroPoint, scale};
  if (!element.isSignlessInteger(8))
    return std::nullopt;
  return ByteInput{asUnsigned(rewriter, source.getInput(), /*free=*/false), zeroPoint + 128, scale};
}

// The input of a depthwise convolution may have a scale for each channel: it becomes the weight's.
std::optional<ByteInput> channelwiseInput(graph::ConvOp op, ByteWeight &weight) {
  auto source = op.getInput().getDefiningOp<graph::DequantizeOp>();
  if (!source || source.getScales().size() < 2 || source.getAxis() != 1 ||
      source.getScales().size() != op.getGroups() || !llvm::all_equal(source.getZeroPoints()) ||
      !source.getInput().getType().getElementType().isUnsignedInteger(8))
    return std::nullopt;
  int64_t outputsOfGroup = weight.channels / int64_t(op.getGroups());
  SmallVector<float> scales;
  for (int64_t channel = 0; channel < weight.channels; ++channel)
    scales.push_back(static_cast<float>(source.getScales()[channel / outputsOfGroup]) *
                     weight.scales[weight.scales.size() == 1 ? 0 : channel]);
  weight.scales = std::move(scales);
  return ByteInput{source.getInput(), source.getZeroPoints()[0], 1};
}

// What the zero point of the input adds to every sum, taken off again.
std::optional<std::vector<int32_t>> corrections(const ByteWeight &weight, int64_t zeroPoint) {
  std::vector<int32_t> result;
  for (int64_t sum : weight.sums) {
    int64_t correction = -zeroPoint * sum;
    if (correction < INT32_MIN || correction > INT32_MAX)
      return std::nullopt;
    result.push_back(static_cast<int32_t>(correction));
  }
  return result;
}

// The integers of a bias whose scale is the sums' own, added to `start`; false where it is another
// bias.
bool addIntegerBias(Value bias, const ByteWeight &weight, float inputScale,
                    std::vector<int32_t> &start) {
  auto source = bias.getDefiningOp<graph::DequantizeOp>();
  auto integers = source ? constantIntegers(source.getInput()) : std::nullopt;
  if (!integers || !source.getInput().getType().getElementType().isSignlessInteger(32) ||
      integers->size() != start.size())
    return false;
  std::vector<int32_t> result = start;
  for (size_t channel = 0; channel < start.size(); ++channel) {
    auto at = [&](auto values) { return values[values.size() == 1 ? 0 : channel]; };
    float expected = inputScale * at(ArrayRef<float>(weight.scales));
    constexpr float kRounding = 1e-6f; // tools round the product of the two scales differently
    if (at(source.getZeroPoints()) != 0 ||
        std::fabs(float(at(source.getScales())) - expected) > kRounding * expected)
      return false;
    int64_t sum = int64_t(start[channel]) + (*integers)[channel];
    int64_t largest = weight.cutOff.empty() ? 128 : 255;
    int64_t reach = std::llabs(sum) + weight.depth * 255 * largest;
    if (reach > INT32_MAX)
      return false;
    result[channel] = static_cast<int32_t>(sum);
  }
  start = std::move(result);
  return true;
}

// The float result of sums: (sums as f32) * scale of each channel.
Value scaled(PatternRewriter &rewriter, Operation *op, Value sums, const ByteWeight &weight,
             float inputScale, int64_t trailing) {
  Location loc = op->getLoc();
  SmallVector<float> scales(weight.scales);
  for (float &scale : scales)
    scale *= inputScale;
  Value numbers = sums;
  if (!typeOf(sums).getElementType().isF32())
    numbers = graph::CastOp::create(rewriter, loc,
                                    graph::withElement(typeOf(sums), rewriter.getF32Type()), sums);
  Value factors = makeChannels(rewriter, loc, scales, trailing);
  return graph::BinaryOp::create(rewriter, loc, BinaryKind::Mul, numbers, factors);
}

// What compression noted about the layer stays with its product.
void keepFacts(Operation *from, Operation *to) {
  to->setDiscardableAttrs(from->getDiscardableAttrDictionary());
}

// One op like `op` with these operands.
Value product(PatternRewriter &rewriter, graph::ConvOp op, Value input, Value weight, Value bias,
              int64_t padValue) {
  RankedTensorType type =
      graph::withElement(op.getType(), graph::productElement(typeOf(input).getElementType(),
                                                             typeOf(weight).getElementType()));
  auto result =
      graph::ConvOp::create(rewriter, op.getLoc(), type, input, weight, bias, op.getStrides(),
                            op.getPads(), op.getDilations(), op.getGroups(), padValue);
  keepFacts(op, result);
  return result;
}

Value product(PatternRewriter &rewriter, graph::MatmulOp op, Value input, Value weight) {
  auto result = graph::MatmulOp::create(rewriter, op.getLoc(), input, weight, op.getTransposeLhs(),
                                        op.getTransposeRhs());
  keepFacts(op, result);
  return result;
}

// The sums over all of the weight: `multiply` makes the product by bytes, the first time with
// whatever the sums start at.
Value wholeProduct(PatternRewriter &rewriter, Operation *op, const ByteWeight &weight,
                   llvm::function_ref<Value(Value bytes, bool isFirst)> multiply) {
  Location loc = op->getLoc();
  Value sums = multiply(makeBytes(rewriter, loc, weight.type, weight.values), true);
  if (weight.cutOff.empty())
    return sums;
  Value others = multiply(makeBytes(rewriter, loc, weight.type, weight.cutOff), false);
  return graph::BinaryOp::create(rewriter, loc, BinaryKind::Add, sums, others);
}

bool isFloatProduct(Value input, Value weight) {
  return typeOf(input).getElementType().isF32() && typeOf(weight).getElementType().isF32();
}

// The bias of a convolution as a summand of its float result.
Value plusBias(PatternRewriter &rewriter, graph::ConvOp op, Value result) {
  if (!op.getBias())
    return result;
  SmallVector<int64_t> shape(op.getType().getRank() - 1, 1);
  shape.front() = typeOf(op.getBias()).getNumElements();
  Location loc = op.getLoc();
  Value bias = graph::ReshapeOp::create(
      rewriter, loc, RankedTensorType::get(shape, rewriter.getF32Type()), op.getBias());
  if (auto numbers = constantFloats(op.getBias()))
    bias = makeChannels(rewriter, loc, *numbers, shape.size() - 1);
  return graph::BinaryOp::create(rewriter, loc, BinaryKind::Add, result, bias);
}

struct QuantizedConv : OpRewritePattern<graph::ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::ConvOp op, PatternRewriter &rewriter) const override {
    if (!isFloatProduct(op.getInput(), op.getWeight()))
      return rewriter.notifyMatchFailure(op, "not a product of floats");
    auto weight = dequantizedWeight(op.getWeight(), axesOf(op));
    if (!weight)
      return rewriter.notifyMatchFailure(op, "the weight is not dequantized by output channel");
    int64_t trailing = axesOf(op).trailing;
    auto input = byteInput(rewriter, op.getInput());
    if (!input)
      input = channelwiseInput(op, *weight);
    auto start = input ? corrections(*weight, input->zeroPoint) : std::nullopt;
    if (!start) { // weights alone are bytes
      Value sums = wholeProduct(rewriter, op, *weight, [&](Value bytes, bool) {
        return product(rewriter, op, op.getInput(), bytes, Value(), 0);
      });
      Value result = scaled(rewriter, op, sums, *weight, 1, trailing);
      rewriter.replaceOp(op, plusBias(rewriter, op, result));
      return success();
    }
    bool exactBias = op.getBias() && addIntegerBias(op.getBias(), *weight, input->scale, *start);
    bool starts = llvm::any_of(*start, [](int32_t value) { return value != 0; });
    Value bias = starts ? makeIntegers(rewriter, op.getLoc(), *start) : Value();
    Value sums = wholeProduct(rewriter, op, *weight, [&](Value bytes, bool isFirst) {
      return product(rewriter, op, input->bytes, bytes, isFirst ? bias : Value(), input->zeroPoint);
    });
    Value result = scaled(rewriter, op, sums, *weight, input->scale, trailing);
    rewriter.replaceOp(op, exactBias ? result : plusBias(rewriter, op, result));
    return success();
  }
};

struct QuantizedMatmul : OpRewritePattern<graph::MatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::MatmulOp op, PatternRewriter &rewriter) const override {
    if (!isFloatProduct(op.getLhs(), op.getRhs()) || op.getRhs().getType().getRank() != 2)
      return rewriter.notifyMatchFailure(op, "not a product of floats by one matrix");
    auto weight = dequantizedWeight(op.getRhs(), axesOf(op));
    if (!weight)
      return rewriter.notifyMatchFailure(op, "the matrix is not dequantized by column");
    auto input = byteInput(rewriter, op.getLhs());
    auto start = input ? corrections(*weight, input->zeroPoint) : std::nullopt;
    auto productOf = [&](Value lhs) {
      return wholeProduct(rewriter, op, *weight,
                          [&](Value bytes, bool) { return product(rewriter, op, lhs, bytes); });
    };
    if (!start) { // weights alone are bytes
      Value sums = productOf(op.getLhs());
      rewriter.replaceOp(op, scaled(rewriter, op, sums, *weight, 1, 0));
      return success();
    }
    Value sums = productOf(input->bytes);
    if (llvm::any_of(*start, [](int32_t value) { return value != 0; }))
      sums = graph::BinaryOp::create(rewriter, op.getLoc(), BinaryKind::Add, sums,
                                     makeIntegers(rewriter, op.getLoc(), *start));
    rewriter.replaceOp(op, scaled(rewriter, op, sums, *weight, input->scale, 0));
    return success();
  }
};

// An i32 operand as bytes and the zero point taken off them: cast(bytes), or sub(cast(bytes),
// zero).
struct CentredBytes {
  Value bytes;
  Value zeroPoint; // i32; null for none
};

std::optional<CentredBytes> centredBytes(Value value) {
  CentredBytes result;
  auto difference = value.getDefiningOp<graph::BinaryOp>();
  if (difference && difference.getKind() == BinaryKind::Sub &&
      difference.getLhs().getType() == difference.getType()) {
    result.zeroPoint = difference.getRhs();
    value = difference.getLhs();
  }
  auto cast = value.getDefiningOp<graph::CastOp>();
  Type element = cast ? cast.getInput().getType().getElementType() : Type();
  if (!element || !(element.isUnsignedInteger(8) || element.isSignlessInteger(8)))
    return std::nullopt;
  result.bytes = cast.getInput();
  return result;
}

// i8 as ui8, the zero point moved by as much.
CentredBytes unsignedBytes(PatternRewriter &rewriter, CentredBytes from, Location loc) {
  if (typeOf(from.bytes).getElementType().isUnsignedInteger(8))
    return from;
  auto scalar = DenseElementsAttr::get(RankedTensorType::get({}, rewriter.getI32Type()), 128);
  Value offset = graph::ConstantOp::create(rewriter, loc, scalar);
  from.bytes = asUnsigned(rewriter, from.bytes, /*free=*/false);
  from.zeroPoint = from.zeroPoint ? graph::BinaryOp::create(rewriter, loc, BinaryKind::Add,
                                                            from.zeroPoint, offset)
                                        .getResult()
                                  : offset;
  return from;
}

// sums - zero point * sum of each channel's weights; the zero point has one value, or one for each
// row of a matrix.
Value centred(PatternRewriter &rewriter, Operation *op, Value sums, Value zeroPoint,
              const ByteWeight &weight, int64_t trailing) {
  if (!zeroPoint)
    return sums;
  Location loc = op->getLoc();
  std::vector<int32_t> channelSums(weight.sums.begin(), weight.sums.end());
  Value factors = makeIntegers(rewriter, loc, channelSums);
  if (trailing > 0) {
    SmallVector<int64_t> shape(trailing + 1, 1);
    shape.front() = weight.channels;
    factors = graph::ConstantOp::create(
        rewriter, loc,
        DenseElementsAttr::get(RankedTensorType::get(shape, rewriter.getI32Type()),
                               ArrayRef<int32_t>(channelSums)));
  }
  Value excess = graph::BinaryOp::create(rewriter, loc, BinaryKind::Mul, zeroPoint, factors);
  return graph::BinaryOp::create(rewriter, loc, BinaryKind::Sub, sums, excess);
}

bool isOne(Value value) {
  return typeOf(value).hasStaticShape() && typeOf(value).getNumElements() == 1;
}

template <typename Op> std::optional<ByteWeight> integerWeight(Op op, PatternRewriter &rewriter) {
  if (!op.getType().getElementType().isSignlessInteger(32) ||
      !typeOf(inputOf(op)).getElementType().isSignlessInteger(32))
    return std::nullopt;
  auto values = constantIntegers(weightOf(op));
  return values ? byteWeight(typeOf(weightOf(op)), std::move(*values), axesOf(op)) : std::nullopt;
}

// MatMulInteger and its like: i32 products of what fits in bytes.
struct IntegerMatmul : OpRewritePattern<graph::MatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::MatmulOp op, PatternRewriter &rewriter) const override {
    auto input = centredBytes(op.getLhs());
    bool plain = op.getRhs().getType().getRank() == 2 && !op.getTransposeLhs();
    auto weight = plain && input ? integerWeight(op, rewriter) : std::nullopt;
    if (!weight)
      return rewriter.notifyMatchFailure(op, "no i32 product of bytes by constant bytes");
    bool scalar = input->zeroPoint && isOne(input->zeroPoint);
    if (input->zeroPoint && !scalar &&
        (typeOf(input->zeroPoint).getRank() < 1 || typeOf(input->zeroPoint).getShape().back() != 1))
      return rewriter.notifyMatchFailure(op, "a zero point for each place along the sums");
    CentredBytes bytes = unsignedBytes(rewriter, *input, op.getLoc());
    scalar |= bytes.zeroPoint && !input->zeroPoint;
    Value zeroPoint = bytes.zeroPoint;
    if (scalar && typeOf(zeroPoint).getRank() > 0)
      zeroPoint = graph::ReshapeOp::create(
          rewriter, op.getLoc(), RankedTensorType::get({}, rewriter.getI32Type()), zeroPoint);
    Value sums = wholeProduct(rewriter, op, *weight, [&](Value matrix, bool) {
      return product(rewriter, op, bytes.bytes, matrix);
    });
    rewriter.replaceOp(op, centred(rewriter, op, sums, zeroPoint, *weight, 0));
    return success();
  }
};

struct IntegerConv : OpRewritePattern<graph::ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::ConvOp op, PatternRewriter &rewriter) const override {
    auto input = centredBytes(op.getInput());
    auto weight = input && op.getPadValue() == 0 ? integerWeight(op, rewriter) : std::nullopt;
    if (!weight || (input->zeroPoint && !isOne(input->zeroPoint)))
      return rewriter.notifyMatchFailure(op, "no i32 product of bytes by constant bytes");
    bool padded = llvm::any_of(op.getPads(), [](int64_t width) { return width != 0; });
    auto known = input->zeroPoint ? constantIntegers(input->zeroPoint)
                                  : std::optional(std::vector<int32_t>{0});
    if (padded && !known)
      return rewriter.notifyMatchFailure(op, "the border's value is known at run time only");
    CentredBytes bytes = unsignedBytes(rewriter, *input, op.getLoc());
    int32_t border = known ? known->front() : 0;
    if (!typeOf(input->bytes).getElementType().isUnsignedInteger(8))
      border += 128;
    Value zeroPoint = bytes.zeroPoint;
    if (zeroPoint && typeOf(zeroPoint).getRank() > 0)
      zeroPoint = graph::ReshapeOp::create(
          rewriter, op.getLoc(), RankedTensorType::get({}, rewriter.getI32Type()), zeroPoint);
    Value sums = wholeProduct(rewriter, op, *weight, [&](Value filter, bool isFirst) {
      return product(rewriter, op, bytes.bytes, filter, isFirst ? op.getBias() : Value(),
                     padded ? border : 0);
    });
    rewriter.replaceOp(op, centred(rewriter, op, sums, zeroPoint, *weight, axesOf(op).trailing));
    return success();
  }
};

} // namespace

void addIntegerProducts(RewritePatternSet &patterns) {
  patterns.add<QuantizedConv, QuantizedMatmul, IntegerMatmul, IntegerConv>(patterns.getContext());
}

} // namespace mdc::lower
