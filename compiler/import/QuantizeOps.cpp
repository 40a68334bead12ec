// Quantization by constant parameters as graph.quantize and graph.dequantize, from which integer
// kernels grow; by others as the arithmetic that it stands for.
#include "compiler/import/MlirTypes.h"
#include "compiler/import/OpTable.h"
#include "compiler/import/Quantization.h"
#include "compiler/import/Windowing.h"

#include <cmath>

using namespace mlir;

namespace mdc::importer {
namespace {

// A scale or zero point of one value, one for each index along the axis, or one for each block of
// indices, so that it broadcasts to x.
Value spread(NodeContext &n, Value x, Value parameter, int64_t axis, int64_t block) {
  if (!x || !parameter || rankOf(parameter) == 0)
    return parameter;
  if (block == 0)
    return rankOf(parameter) == 1 ? n.channelwise(parameter, rankOf(x) - 1 - axis) : Value();
  if (rankOf(parameter) != rankOf(x))
    return {};
  Extents whole = extentsOf(x), blocks = extentsOf(parameter), wide = blocks;
  wide.insert(wide.begin() + axis + 1, n.fixed(block));
  blocks[axis] = blocks[axis] * block;
  Value repeated = n.reshape(n.broadcast(n.withAxes(parameter, {axis + 1}), wide), blocks);
  return blocks[axis] == whole[axis] ? repeated
                                     : n.sliceAxis(repeated, axis, n.fixed(0), whole[axis]);
}

std::optional<SmallVector<double>> constantScales(Value scale) {
  auto constant = scale ? scale.getDefiningOp<graph::ConstantOp>() : nullptr;
  auto dense =
      constant ? dyn_cast<DenseFPElementsAttr>(constant.getValue()) : DenseFPElementsAttr();
  if (!dense || !dense.getElementType().isF32() || dense.getType().getRank() > 1)
    return std::nullopt;
  SmallVector<double> scales;
  for (float value : dense.getValues<float>()) {
    if (!(value > 0) || !std::isfinite(value))
      return std::nullopt;
    scales.push_back(value);
  }
  return scales;
}

/// The zero points as the graph ops want them: as many as scales; 0 where they are left out.
std::optional<SmallVector<int32_t>> constantZeroPoints(Value zeroPoint, size_t count) {
  if (!zeroPoint)
    return SmallVector<int32_t>(count, 0);
  auto constant = zeroPoint.getDefiningOp<graph::ConstantOp>();
  auto dense =
      constant ? dyn_cast<DenseIntElementsAttr>(constant.getValue()) : DenseIntElementsAttr();
  if (!dense || dense.getNumElements() != static_cast<int64_t>(count))
    return std::nullopt;
  bool isUnsigned = dense.getElementType().isUnsignedInteger();
  SmallVector<int32_t> zeroPoints;
  for (const APInt &value : dense.getValues<APInt>())
    zeroPoints.push_back(
        static_cast<int32_t>(isUnsigned ? value.getZExtValue() : value.getSExtValue()));
  return zeroPoints;
}

struct Parameters {
  SmallVector<double> scales;
  SmallVector<int32_t> zeroPoints;
};

std::optional<Parameters> parametersOf(Value scale, Value zeroPoint) {
  auto scales = constantScales(scale);
  auto zeroPoints = scales ? constantZeroPoints(zeroPoint, scales->size()) : std::nullopt;
  if (!zeroPoints)
    return std::nullopt;
  return Parameters{std::move(*scales), std::move(*zeroPoints)};
}

bool isByte(Type type) { return type.isUnsignedInteger(8) || type.isSignlessInteger(8); }

Value quantize(NodeContext &n, Value x, const Parameters &by, Type element, int64_t axis = 0) {
  if (!x || !isByte(element))
    return {};
  return n.make<graph::QuantizeOp>(graph::withElement(typeOf(x), element), x,
                                   ArrayRef<double>(by.scales), ArrayRef<int32_t>(by.zeroPoints),
                                   axis);
}

Value dequantize(NodeContext &n, Value x, const Parameters &by, int64_t axis = 0) {
  if (!x)
    return {};
  Type f32 = n.builder.getF32Type();
  return n.make<graph::DequantizeOp>(graph::withElement(typeOf(x), f32), x,
                                     ArrayRef<double>(by.scales), ArrayRef<int32_t>(by.zeroPoints),
                                     axis);
}

bool isConstant(Value value) { return value && value.getDefiningOp<graph::ConstantOp>(); }

/// The parameters of QuantizeLinear and DequantizeLinear, and the axis, where the graph ops can
/// hold them; nothing without a failure otherwise.
std::optional<std::pair<Parameters, int64_t>> constantQuantization(NodeContext &n, Value x) {
  auto by = parametersOf(n.optionalInput(1), n.optionalInput(2));
  if (!x || !by || n.integer("block_size", 0) != 0)
    return std::nullopt;
  if (by->scales.size() == 1)
    return std::pair(std::move(*by), int64_t(0));
  int64_t axis = n.integer("axis", 1), rank = rankOf(x);
  axis = axis < 0 ? axis + rank : axis;
  if (axis < 0 || axis >= rank || typeOf(x).getDimSize(axis) != int64_t(by->scales.size()))
    return std::nullopt; // the arithmetic form says what does not fit
  return std::pair(std::move(*by), axis);
}

struct Quantization {
  Value scale, zeroPoint; ///< both broadcast to the tensor; the zero point may be null
};

// Operands 1 and 2.
std::optional<Quantization> quantization(NodeContext &n, Value x) {
  Value scale = n.input(1);
  if (!x || !scale)
    return std::nullopt;
  int64_t axis = 0, block = n.integer("block_size", 0);
  if (rankOf(scale) > 0 && (rankOf(scale) > 1 || typeOf(scale).getNumElements() != 1)) {
    auto checked = n.axis("axis", 1, rankOf(x));
    if (!checked)
      return std::nullopt;
    axis = *checked;
  } else {
    scale = n.reshape(scale, {});
  }
  Value zeroPoint = n.optionalInput(2);
  if (zeroPoint && scale && rankOf(scale) == 0)
    zeroPoint = n.reshape(zeroPoint, {});
  Quantization result{spread(n, x, scale, axis, block), spread(n, x, zeroPoint, axis, block)};
  if (!result.scale || bool(result.zeroPoint) != n.has(2)) {
    n.fail("scale or zero point do not fit " + graph::shapeText(typeOf(x)));
    return std::nullopt;
  }
  return result;
}

// round(x / scale) + zero point, saturated.
Value quantized(NodeContext &n, Value x, const Quantization &by, Type element) {
  auto integer = dyn_cast<IntegerType>(element);
  if (!integer || integer.getWidth() > 16) {
    n.fail("quantization to " + onnxTypeName(element) + " is not supported");
    return {};
  }
  Type f32 = n.builder.getF32Type();
  Value steps = n.unary(UnaryKind::Round, n.div(n.cast(x, f32), n.cast(by.scale, f32)));
  if (by.zeroPoint)
    steps = n.add(steps, n.cast(by.zeroPoint, f32));
  bool isUnsigned = integer.isUnsigned();
  double span = double(int64_t(1) << integer.getWidth());
  Value low = n.max(steps, isUnsigned ? 0.0 : -span / 2);
  return n.cast(n.min(low, (isUnsigned ? span : span / 2) - 1), element);
}

// (x - zero point) * scale
Value dequantized(NodeContext &n, Value x, const Quantization &by, Type element) {
  Type i32 = n.builder.getI32Type();
  Value steps = n.cast(x, i32);
  if (by.zeroPoint)
    steps = n.sub(steps, n.cast(by.zeroPoint, i32));
  Type f32 = n.builder.getF32Type();
  return n.cast(n.mul(n.cast(steps, f32), n.cast(by.scale, f32)), element);
}

Values quantizeLinear(NodeContext &n) {
  Value x = n.input(0);
  auto constants = constantQuantization(n, x);
  Type stored = n.has(2) ? elementOf(n.input(2))
                         : IntegerType::get(n.builder.getContext(), 8, IntegerType::Unsigned);
  bool typed = !n.has(2) && n.integer("output_dtype", 0) != 0;
  if (constants && isByte(stored) && !typed && elementOf(x).isF32())
    return {quantize(n, x, constants->first, stored, constants->second)};
  auto by = quantization(n, x);
  if (!by)
    return {};
  Type element = IntegerType::get(n.builder.getContext(), 8, IntegerType::Unsigned);
  if (by->zeroPoint)
    element = elementOf(by->zeroPoint);
  else if (n.integer("output_dtype", 0) != 0)
    element =
        mlirType(static_cast<ElementType>(n.integer("output_dtype", 0)), n.builder.getContext());
  return element ? Values{quantized(n, x, *by, element)} : n.fail("output_dtype is not supported");
}

Values dequantizeLinear(NodeContext &n) {
  Value x = n.input(0);
  auto constants = constantQuantization(n, x);
  if (constants && (isByte(elementOf(x)) || elementOf(x).isSignlessInteger(32)))
    return {dequantize(n, x, constants->first, constants->second)};
  auto by = quantization(n, x);
  return by ? Values{dequantized(n, x, *by, elementOf(by->scale))} : Values();
}

// uint8 with a range that holds 0 and all of x.
Values dynamicQuantizeLinear(NodeContext &n) {
  Value x = n.input(0);
  if (!x)
    return {};
  auto axes = llvm::to_vector<6>(llvm::seq<int64_t>(0, rankOf(x)));
  Value high = n.max(n.reshape(n.reduce(ReduceKind::Max, x, axes), {}), 0.0);
  Value low = n.min(n.reshape(n.reduce(ReduceKind::Min, x, axes), {}), 0.0);
  Value scale = n.div(n.sub(high, low), 255.0);
  Value zero = n.unary(UnaryKind::Round, n.div(n.unary(UnaryKind::Neg, low), scale));
  Type u8 = IntegerType::get(n.builder.getContext(), 8, IntegerType::Unsigned);
  Value zeroPoint = n.cast(n.min(n.max(zero, 0.0), 255.0), u8);
  return {quantized(n, x, {scale, zeroPoint}, u8), scale, zeroPoint};
}

// The i32 accumulator of a product, brought to the result's scale.
Value requantized(NodeContext &n, Value sum, Value left, Value right, Value scale,
                  Value zeroPoint) {
  if (!zeroPoint)
    return {};
  Type f32 = n.builder.getF32Type();
  Value factor = n.mul(n.cast(left, f32), n.cast(right, f32));
  return quantized(n, n.mul(n.cast(sum, f32), factor), {scale, zeroPoint}, elementOf(zeroPoint));
}

Value scalarOrRow(NodeContext &n, Value parameter, bool isRows) {
  if (!parameter || rankOf(parameter) != 1)
    return parameter;
  if (typeOf(parameter).getNumElements() == 1)
    return n.reshape(parameter, {});
  return isRows ? n.withAxes(parameter, {1}) : parameter;
}

} // namespace

Value dequantizedInput(NodeContext &n, size_t first, int64_t axis) {
  Value x = n.optionalInput(first);
  auto by = parametersOf(n.optionalInput(first + 1), n.optionalInput(first + 2));
  if (!x || !by || !isByte(elementOf(x)))
    return {};
  bool fits = by->scales.size() == 1 ||
              (axis < rankOf(x) && typeOf(x).getDimSize(axis) == int64_t(by->scales.size()));
  return fits ? dequantize(n, x, *by, axis) : Value();
}

Value dequantizedBias(NodeContext &n, Value bias, size_t left, size_t right) {
  auto x = constantScales(n.optionalInput(left)), weight = constantScales(n.optionalInput(right));
  if (!bias || !x || !weight || !elementOf(bias).isSignlessInteger(32))
    return {};
  Parameters by;
  for (double scale : *weight)
    by.scales.push_back(static_cast<float>(x->front()) * static_cast<float>(scale));
  by.zeroPoints.assign(by.scales.size(), 0);
  int64_t axis = rankOf(bias) - 1; // of the channels
  bool fits = by.scales.size() == 1 ||
              (axis >= 0 && typeOf(bias).getDimSize(axis) == int64_t(by.scales.size()));
  return fits ? dequantize(n, bias, by, axis < 0 ? 0 : axis) : Value();
}

bool hasConstantResult(NodeContext &n, size_t scale) {
  auto by = parametersOf(n.optionalInput(scale), n.optionalInput(scale + 1));
  return by && by->scales.size() == 1;
}

Value quantizedResult(NodeContext &n, Value numbers, size_t scale) {
  auto by = parametersOf(n.optionalInput(scale), n.optionalInput(scale + 1));
  if (!numbers || !by || by->scales.size() != 1 || !n.has(scale + 1))
    return {};
  return quantize(n, numbers, *by, elementOf(n.input(scale + 1)));
}

namespace {

Values quantizedMatmul(NodeContext &n) {
  // A product of two values of the request keeps its sums exact in the arithmetic form.
  if (isConstant(n.optionalInput(3)) && rankOf(n.input(3)) >= 2 && hasConstantResult(n, 6)) {
    Value a = dequantizedInput(n, 0), b = dequantizedInput(n, 3, rankOf(n.input(3)) - 1);
    if (a && b && cast<graph::DequantizeOp>(a.getDefiningOp()).getScales().size() == 1)
      return {quantizedResult(n, n.matmul(a, b), 6)};
  }
  Type i32 = n.builder.getI32Type();
  Value a = n.sub(n.cast(n.input(0), i32), n.cast(scalarOrRow(n, n.input(2), true), i32));
  Value b = n.sub(n.cast(n.input(3), i32), n.cast(scalarOrRow(n, n.input(5), false), i32));
  return {requantized(n, n.matmul(a, b), scalarOrRow(n, n.input(1), true),
                      scalarOrRow(n, n.input(4), false), scalarOrRow(n, n.input(6), true),
                      scalarOrRow(n, n.input(7), true))};
}

Values constantQuantizedConv(NodeContext &n) {
  if (!isConstant(n.optionalInput(3)) || !hasConstantResult(n, 6))
    return {};
  Value x = dequantizedInput(n, 0), weight = dequantizedInput(n, 3);
  if (!x || !weight || cast<graph::DequantizeOp>(x.getDefiningOp()).getScales().size() != 1)
    return {};
  auto windows = windowingOf(n, x, typeOf(weight).getShape().drop_front(2));
  if (!windows)
    return {};
  Value bias = n.has(8) ? dequantizedBias(n, n.input(8), 1, 4) : Value();
  if (n.has(8) && !bias)
    return {};
  Value sum =
      n.infer<graph::ConvOp>(x, weight, TensorBuilder::Optional{bias},
                             ArrayRef<int64_t>(windows->strides), ArrayRef<int64_t>(windows->pads),
                             ArrayRef<int64_t>(windows->dilations), n.integer("group", 1));
  return {quantizedResult(n, sum, 6)};
}

Values quantizedConv(NodeContext &n) {
  if (Values results = constantQuantizedConv(n); !results.empty() || n.failed())
    return results;
  Type i32 = n.builder.getI32Type();
  Value x = n.sub(n.cast(n.input(0), i32), n.cast(scalarOrRow(n, n.input(2), false), i32));
  Value weight = n.cast(n.input(3), i32), zero = n.cast(scalarOrRow(n, n.input(5), false), i32);
  Value scale = scalarOrRow(n, n.input(4), false);
  if (!x || !weight || !zero || !scale)
    return {};
  int64_t spatial = rankOf(x) - 2;
  weight = n.sub(weight, rankOf(zero) == 1 ? n.channelwise(zero, rankOf(weight) - 1) : zero);
  auto windows = windowingOf(n, x, typeOf(weight).getShape().drop_front(2));
  if (!windows)
    return {};
  Value sum =
      n.infer<graph::ConvOp>(x, weight, TensorBuilder::Optional{n.optionalInput(8)},
                             ArrayRef<int64_t>(windows->strides), ArrayRef<int64_t>(windows->pads),
                             ArrayRef<int64_t>(windows->dilations), n.integer("group", 1));
  if (rankOf(scale) == 1)
    scale = n.channelwise(scale, spatial);
  return {requantized(n, sum, scalarOrRow(n, n.input(1), false), scale,
                      scalarOrRow(n, n.input(6), false), scalarOrRow(n, n.input(7), false))};
}

} // namespace

llvm::ArrayRef<OpRow> quantizeOps() {
  static constexpr OpRow rows[] = {
      {"QuantizeLinear", 10, kLastOpset, quantizeLinear},
      {"DequantizeLinear", 10, kLastOpset, dequantizeLinear},
      {"com.microsoft.QuantizeLinear", 1, kLastOpset, quantizeLinear},
      {"com.microsoft.DequantizeLinear", 1, kLastOpset, dequantizeLinear},
      {"DynamicQuantizeLinear", 11, kLastOpset, dynamicQuantizeLinear},
      {"QLinearMatMul", 10, kLastOpset, quantizedMatmul},
      {"QLinearConv", 10, kLastOpset, quantizedConv},
  };
  return rows;
}

} // namespace mdc::importer
