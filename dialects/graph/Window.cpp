#include "dialects/graph/Graph.h"
#include "dialects/graph/Shape.h"

using namespace mlir;

namespace mdc::graph {

LogicalResult ConvOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                       Adaptor adaptor, SmallVectorImpl<Type> &results) {
  auto inputType = cast<RankedTensorType>(adaptor.getInput().getType());
  auto weightType = cast<RankedTensorType>(adaptor.getWeight().getType());
  Extents input = extentsOf(inputType), weight = extentsOf(weightType);
  int64_t spatial = (int64_t)input.size() - 2;
  auto has = [&](ArrayRef<int64_t> values, int64_t count) {
    return (int64_t)values.size() == count;
  };
  if (spatial < 1 || weight.size() != input.size() || !has(adaptor.getStrides(), spatial) ||
      !has(adaptor.getDilations(), spatial) || !has(adaptor.getPads(), 2 * spatial))
    return emitOptionalError(location, "C1: strides, dilations and pads for ", spatial,
                             " spatial axes of ", inputType, " with weight ", weightType);
  auto isPositive = [](int64_t value) { return value > 0; };
  if (!llvm::all_of(adaptor.getStrides(), isPositive) ||
      !llvm::all_of(adaptor.getDilations(), isPositive))
    return emitOptionalError(location, "C1: strides and dilations are 1 or more");
  auto channels = constantOf(input[1]), perGroup = constantOf(weight[1]),
       out = constantOf(weight[0]);
  int64_t groups = adaptor.getGroups();
  if (!channels || !perGroup || !out || groups < 1 || *channels != *perGroup * groups ||
      *out % groups)
    return emitOptionalError(location, "C2: ", shapeText(inputType), " and weight ",
                             shapeText(weightType), " do not divide into ", groups, " groups");
  Extents result = {input[0], weight[0]};
  for (int64_t axis = 0; axis < spatial; ++axis) {
    auto kernel = constantOf(weight[2 + axis]);
    if (!kernel)
      return emitOptionalError(location, "C3: the kernel's extent is open");
    int64_t window = adaptor.getDilations()[axis] * (*kernel - 1) + 1;
    AffineExpr room =
        input[2 + axis] + (adaptor.getPads()[axis] + adaptor.getPads()[spatial + axis] - window);
    if (auto fixed = constantOf(room); fixed && *fixed < 0)
      return emitOptionalError(location, "C3: a window of ", window, " does not fit axis ",
                               axis + 2, " of ", shapeText(inputType));
    result.push_back(room.floorDiv(adaptor.getStrides()[axis]) + 1);
  }
  Type element = productElement(inputType.getElementType(), weightType.getElementType());
  if (!element)
    return emitOptionalError(location, "C4: input and weight have element types ",
                             inputType.getElementType(), " and ", weightType.getElementType());
  results.push_back(tensorOf(result, element));
  return success();
}

LogicalResult ConvOp::verify() {
  if (getPadValue() != 0 && !getInput().getType().getElementType().isInteger())
    return emitOpError("C5: a border of ")
           << getPadValue() << " around " << getInput().getType() << "; only integers have one";
  if (getBias() && getBias().getType().getElementType() != getType().getElementType())
    return emitOpError("the bias has the result's element type, got ") << getBias().getType();
  if (getBias() &&
      getBias().getType().getShape() != ArrayRef<int64_t>{getWeight().getType().getDimSize(0)})
    return emitOpError("the bias holds one value for each output channel, got ")
           << getBias().getType();
  return success();
}

LogicalResult PoolOp::verify() {
  RankedTensorType input = getInput().getType();
  size_t spatial = std::max<int64_t>(input.getRank() - 2, 0);
  if (spatial == 0 || getKernel().size() != spatial || getStrides().size() != spatial ||
      getDilations().size() != spatial || getPads().size() != 2 * spatial)
    return emitOpError("C1: kernel, strides, dilations and pads for ")
           << spatial << " spatial axes of " << input;
  auto positive = [](int64_t value) { return value > 0; };
  if (!llvm::all_of(getKernel(), positive) || !llvm::all_of(getStrides(), positive) ||
      !llvm::all_of(getDilations(), positive))
    return emitOpError("C1: kernel, strides and dilations are at least 1");
  Extents from = extentsOf(input), to = extentsOf(getType());
  if (to.size() != from.size() || from[0] != to[0] || from[1] != to[1])
    return emitOpError("C2: batch and channel change from ") << input << " to " << getType();
  for (size_t axis = 0; axis < spatial; ++axis) {
    int64_t window = getDilations()[axis] * (getKernel()[axis] - 1) + 1;
    auto room = constantOf(from[2 + axis] + (getPads()[axis] + getPads()[spatial + axis] - window));
    auto extent = constantOf(to[2 + axis]);
    int64_t stride = getStrides()[axis];
    if (room && extent && *extent > (std::max<int64_t>(*room, 0) + stride - 1) / stride + 1)
      return emitOpError("C3: axis ")
             << axis + 2 << " has no room for " << *extent << " windows of " << window;
  }
  return success();
}

LogicalResult ResizeOp::verify() {
  RankedTensorType input = getInput().getType();
  size_t rank = input.getRank();
  if (getScales().size() != rank || getOffsets().size() != rank)
    return emitOpError("C1: one scale and one offset for each axis of ") << input;
  if (getType().getRank() != input.getRank())
    return emitOpError("C2: the rank changes from ") << input << " to " << getType();
  return success();
}

} // namespace mdc::graph
