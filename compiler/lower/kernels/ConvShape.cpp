#include "compiler/lower/kernels/ConvShape.h"

#include "compiler/lower/Machine.h"
#include "dialects/graph/Shape.h"

using namespace mlir;

namespace mdc::lower {

int64_t ConvShape::channelBlock() const {
  if (inChannels >= kLanes || groups != 1)
    return kLanes;
  if (groupsTaps())
    return 1;
  if (products == ConvProducts::Bytes)
    return (inChannels + group() - 1) / group() * group();
  return std::max<int64_t>(inChannels, 2);
}

int64_t ConvShape::reachHigh(int axis) const {
  int64_t along = axis == 1 ? paddedWidth() - kernel[1] : 0;
  if (in[axis] < 0 || out[axis] < 0)
    return padHigh[axis] + along;
  int64_t end = (out[axis] - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1 + along;
  return std::max<int64_t>(0, end - padLow[axis] - in[axis]);
}

static int64_t numberOrOpen(AffineExpr extent) { return graph::constantOf(extent).value_or(-1); }

static bool groupsFillVectors(const ConvShape &shape) {
  if (shape.groups == 1 || shape.depthwise())
    return true;
  return shape.inChannels / shape.groups % kLanes == 0 &&
         shape.outChannels / shape.groups % kLanes == 0;
}

static std::optional<ConvProducts> productsOf(graph::ConvOp op) {
  Type input = op.getInput().getType().getElementType(),
       weight = op.getWeight().getType().getElementType();
  if (input.isF32() && weight.isF32())
    return ConvProducts::Floats;
  if (!weight.isSignlessInteger(8))
    return std::nullopt;
  if (input.isF32())
    return ConvProducts::ByteWeights;
  return input.isUnsignedInteger(8) ? std::optional(ConvProducts::Bytes) : std::nullopt;
}

std::optional<ConvShape> convShape(graph::ConvOp op) {
  RankedTensorType input = op.getInput().getType(), weight = op.getWeight().getType(),
                   result = op.getType();
  int64_t spatial = input.getRank() - 2;
  if (spatial < 1 || spatial > 2 || input.isDynamicDim(1) || !weight.hasStaticShape() ||
      result.isDynamicDim(1) || weight.getNumElements() == 0)
    return std::nullopt;
  auto products = productsOf(op);
  if (!products)
    return std::nullopt;
  ConvShape shape;
  shape.products = *products;
  if (auto sums = op->getAttrOfType<IntegerAttr>(graph::kShortSumsAttr))
    shape.shortSums = sums.getInt();
  shape.inChannels = input.getDimSize(1);
  shape.outChannels = result.getDimSize(1);
  shape.groups = op.getGroups();
  shape.flat = spatial == 1;
  shape.inExtents.fill(getAffineConstantExpr(1, op.getContext()));
  shape.outExtents = shape.inExtents;
  for (int64_t axis = 0; axis < spatial; ++axis) {
    int64_t to = axis + 2 - spatial;
    shape.inExtents[to] = graph::extentsOf(input)[axis + 2];
    shape.outExtents[to] = graph::extentsOf(result)[axis + 2];
    shape.in[to] = numberOrOpen(shape.inExtents[to]);
    shape.out[to] = numberOrOpen(shape.outExtents[to]);
    shape.kernel[to] = weight.getDimSize(axis + 2);
    shape.stride[to] = op.getStrides()[axis];
    shape.dilation[to] = op.getDilations()[axis];
    shape.padLow[to] = op.getPads()[axis];
    shape.padHigh[to] = op.getPads()[axis + spatial];
    if (shape.padLow[to] < 0 || shape.padHigh[to] < 0)
      return std::nullopt;
  }
  if (result.getNumElements() == 0 && result.hasStaticShape())
    return std::nullopt;
  return groupsFillVectors(shape) ? std::optional(shape) : std::nullopt;
}

std::pair<Pair, Pair> bordersOf(const Layout &layout, bool flat) {
  Pair low = {0, 0}, high = {0, 0};
  for (size_t axis = 0; axis < layout.borderLow.size() && axis < 2; ++axis) {
    low[axis + flat] = layout.borderLow[axis];
    high[axis + flat] = layout.borderHigh[axis];
  }
  return {low, high};
}

} // namespace mdc::lower
