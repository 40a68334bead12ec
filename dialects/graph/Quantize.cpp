#include "dialects/graph/Graph.h"
#include "dialects/graph/Shape.h"

#include "llvm/ADT/SetVector.h"

#include <cmath>

using namespace mlir;

namespace mdc::graph {

static bool isByte(Type type) { return type.isUnsignedInteger(8) || type.isSignlessInteger(8); }

// The values of an integer type.
static std::pair<int64_t, int64_t> boundsOf(Type element) {
  auto type = cast<IntegerType>(element);
  int64_t low = type.isUnsigned() ? 0 : -(int64_t(1) << (type.getWidth() - 1));
  return {low, low + (int64_t(1) << type.getWidth()) - 1};
}

// C2 to C4, which both ops share; `bounds`: of the integers.
template <typename Op>
static LogicalResult verifyParameters(Op op, RankedTensorType integers,
                                      std::pair<int64_t, int64_t> bounds) {
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
  for (int32_t zeroPoint : op.getZeroPoints())
    if (zeroPoint < bounds.first || zeroPoint > bounds.second)
      return op.emitOpError("C4: the zero point ")
             << zeroPoint << " is not in [" << bounds.first << ", " << bounds.second << "]";
  return success();
}

int32_t QuantizeOp::getLowest() { return boundsOf(getType().getElementType()).first; }

int32_t QuantizeOp::getHighest() {
  return getBits() == 8 ? boundsOf(getType().getElementType()).second : 127;
}

int64_t largestByte(Value bytes) {
  constexpr size_t mostValues = 64;
  constexpr int64_t any = 255;
  llvm::SetVector<Value> open;
  open.insert(bytes);
  int64_t largest = 0;
  for (size_t next = 0; next < open.size(); ++next) {
    Operation *op = open[next].getDefiningOp();
    if (auto quantize = dyn_cast_or_null<QuantizeOp>(op))
      largest = std::max<int64_t>(largest, quantize.getHighest());
    else if (auto rows = dyn_cast_or_null<QuantizeRowsOp>(op))
      largest = std::max<int64_t>(largest, rows.getHighest());
    else if (op && carriesElements(op) && open.size() <= mostValues)
      open.insert_range(carriedOperands(op));
    else
      return any;
  }
  return largest;
}

LogicalResult QuantizeOp::verify() {
  RankedTensorType from = getInput().getType(), to = getType();
  if (!from.getElementType().isF32() || !isByte(to.getElementType()) ||
      withElement(from, to.getElementType()) != to)
    return emitOpError("C1: expected f32 to ui8 or i8 of the same shape, got ")
           << from << " to " << to;
  if (getBits() != 8 && !(getBits() == 7 && to.getElementType().isUnsignedInteger()))
    return emitOpError("C5: ") << getBits() << " bits of " << to.getElementType()
                               << ", expected 8, or 7 of ui8";
  return verifyParameters(*this, to, {getLowest(), getHighest()});
}

// Integers that were dequantized by the same parameters come back as they were.
OpFoldResult QuantizeOp::fold(FoldAdaptor) {
  auto source = getInput().getDefiningOp<DequantizeOp>();
  if (!source || source.getInput().getType() != getType() || source.getScales() != getScales() ||
      source.getZeroPoints() != getZeroPoints() ||
      (getScales().size() > 1 && source.getAxis() != getAxis()) ||
      (getBits() != 8 && largestByte(source.getInput()) > getHighest()))
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
  return verifyParameters(*this, from, boundsOf(element));
}

int32_t QuantizeRowsOp::getHighest() { return (1 << getBits()) - 1; }

LogicalResult QuantizeRowsOp::verify() {
  if (getBits() != 7 && getBits() != 8)
    return emitOpError("C2: ") << getBits() << " bits, expected 7 or 8";
  return success();
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
