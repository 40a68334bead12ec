#include "dialects/graph/Graph.h"
#include "dialects/graph/Shape.h"

#include <cmath>

using namespace mlir;

namespace mdc::graph {

static bool isByte(Type type) { return type.isUnsignedInteger(8) || type.isSignlessInteger(8); }

// C2 to C4, which both ops share.
template <typename Op> static LogicalResult verifyParameters(Op op, RankedTensorType integers) {
  size_t count = op.getScales().size();
  if (count == 0 || op.getZeroPoints().size() != count)
    return op.emitOpError("C2: ") << count << " scales and " << op.getZeroPoints().size()
                                  << " zero points, expected as many of each";
  int64_t axis = op.getAxis();
  if (count > 1 && (axis < 0 || axis >= integers.getRank() ||
                    integers.getDimSize(axis) != static_cast<int64_t>(count)))
    return op.emitOpError("C2: ") << count << " scales along axis " << axis << " of " << integers;
  for (double scale : op.getScales())
    if (!(scale > 0) || !std::isfinite(scale) ||
        static_cast<double>(static_cast<float>(scale)) != scale)
      return op.emitOpError("C3: the scale ") << scale << " is no positive, finite f32";
  auto type = cast<IntegerType>(integers.getElementType());
  int64_t low = type.isUnsigned() ? 0 : -(int64_t(1) << (type.getWidth() - 1));
  int64_t high = low + (int64_t(1) << type.getWidth()) - 1;
  for (int32_t zeroPoint : op.getZeroPoints())
    if (zeroPoint < low || zeroPoint > high)
      return op.emitOpError("C4: the zero point ") << zeroPoint << " is no value of " << type;
  return success();
}

LogicalResult QuantizeOp::verify() {
  RankedTensorType from = getInput().getType(), to = getType();
  if (!from.getElementType().isF32() || !isByte(to.getElementType()) ||
      withElement(from, to.getElementType()) != to)
    return emitOpError("C1: expected f32 to ui8 or i8 of the same shape, got ")
           << from << " to " << to;
  return verifyParameters(*this, to);
}

// Integers that were dequantized by the same parameters come back as they were.
OpFoldResult QuantizeOp::fold(FoldAdaptor) {
  auto source = getInput().getDefiningOp<DequantizeOp>();
  if (!source || source.getInput().getType() != getType() || source.getScales() != getScales() ||
      source.getZeroPoints() != getZeroPoints() ||
      (getScales().size() > 1 && source.getAxis() != getAxis()))
    return {};
  return source.getInput();
}

LogicalResult DequantizeOp::verify() {
  RankedTensorType from = getInput().getType(), to = getType();
  Type element = from.getElementType();
  if (!to.getElementType().isF32() || !(isByte(element) || element.isSignlessInteger(32)) ||
      withElement(from, to.getElementType()) != to)
    return emitOpError("C1: expected ui8, i8 or i32 to f32 of the same shape, got ")
           << from << " to " << to;
  return verifyParameters(*this, from);
}

LogicalResult QuantizeRowsOp::inferReturnTypes(MLIRContext *context,
                                               std::optional<Location> location, Adaptor adaptor,
                                               SmallVectorImpl<Type> &results) {
  auto type = cast<RankedTensorType>(adaptor.getInput().getType());
  if (!type.getElementType().isF32() || type.getRank() < 1)
    return emitOptionalError(location, "C1: expected f32 of rank 1 or more, got ", type);
  Extents rows = extentsOf(type);
  rows.back() = getAffineConstantExpr(1, context);
  results.push_back(withElement(type, IntegerType::get(context, 8, IntegerType::Unsigned)));
  results.push_back(tensorOf(rows, type.getElementType()));
  results.push_back(tensorOf(rows, IntegerType::get(context, 32)));
  return success();
}

} // namespace mdc::graph
