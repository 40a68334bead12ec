#include "compiler/lower/gpu/GpuConvShape.h"

#include "compiler/lower/gpu/GpuProduct.h"
#include "compiler/lower/gpu/MainLoops.h"
#include "dialects/graph/Shape.h"

using namespace mlir;

namespace mdc::lower {

bool GpuConvShape::isPointwise() const {
  return !depthwise && taps() == 1 && stride == std::array<int64_t, 2>{1, 1} &&
         pad == std::array<int64_t, 2>{0, 0} && in == out;
}

// Fills in the spatial axes; false where the numbers are none that a loop takes.
static bool setAxes(graph::ConvOp conv, GpuConvShape &shape) {
  RankedTensorType input = conv.getInput().getType(), weight = conv.getWeight().getType();
  graph::Extents in = graph::extentsOf(input), out = graph::extentsOf(conv.getType());
  int64_t spatial = input.getRank() - 2;
  shape.pictures = in[0];
  shape.in.fill(getAffineConstantExpr(1, conv.getContext()));
  shape.out = shape.in;
  for (int64_t axis = 0; axis < spatial; ++axis) {
    int64_t to = axis + 2 - spatial;
    shape.in[to] = in[2 + axis];
    shape.out[to] = out[2 + axis];
    shape.kernel[to] = weight.getDimSize(2 + axis);
    shape.stride[to] = conv.getStrides()[axis];
    shape.dilation[to] = conv.getDilations()[axis];
    shape.pad[to] = conv.getPads()[axis];
    if (shape.pad[to] < 0 || conv.getPads()[spatial + axis] < 0)
      return false;
  }
  return true;
}

std::optional<GpuConvShape> gpuConvShape(graph::ConvOp conv, bool isConstant) {
  RankedTensorType input = conv.getInput().getType(), weight = conv.getWeight().getType();
  int64_t spatial = input.getRank() - 2;
  if (!isConstant || spatial < 1 || spatial > 2 || input.isDynamicDim(1) ||
      !weight.hasStaticShape() || conv.getType().isDynamicDim(1) || weight.getNumElements() == 0)
    return std::nullopt;
  GpuConvShape shape;
  shape.element = loopElement(conv, input.getElementType(), weight.getElementType());
  shape.groups = conv.getGroups();
  shape.channels = weight.getDimSize(1);
  shape.outChannels = weight.getDimSize(0) / shape.groups;
  if (shape.element.empty() || !setAxes(conv, shape))
    return std::nullopt;
  int64_t vector = vectorElements(input.getElementType());
  shape.depthwise = shape.groups > 1 && shape.channels == 1 && shape.outChannels == 1;
  shape.pixelPitch = channelsLast(input).channelBlock;
  shape.channelPitch =
      shape.depthwise ? shape.pixelPitch : llvm::divideCeil(shape.channels, vector) * vector;
  if (!shape.depthwise &&
      (shape.outChannels < kFewProductRows || (shape.groups > 1 && shape.channels % vector != 0)))
    return std::nullopt;
  return shape;
}

ConvLayouts gpuConvLayouts(graph::ConvOp conv, const GpuConvShape &shape) {
  int64_t vector = vectorElements(conv.getWeight().getType().getElementType());
  std::string packing = shape.depthwise ? "channels-last:" : "taps-last:";
  return {layoutText(channelsLast(conv.getInput().getType())), packing + std::to_string(vector),
          layoutText(channelsLast(conv.getType()))};
}

} // namespace mdc::lower
