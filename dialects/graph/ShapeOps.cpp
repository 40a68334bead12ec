#include "dialects/graph/Graph.h"
#include "dialects/graph/Integers.h"
#include "dialects/graph/Shape.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

namespace mdc::graph {

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- constant, extents, iota ----------------------------------------------------------------===//

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

LogicalResult ExtentsOp::verify() {
  RankedTensorType type = getType();
  if (type.getRank() > 1 || !type.hasStaticShape() ||
      type.getNumElements() != (int64_t)getMap().getNumResults() ||
      !(type.getElementType().isInteger(64) || type.getElementType().isInteger(32)))
    return emitOpError("C1: a map of ")
           << getMap().getNumResults() << " results does not fill " << type;
  return success();
}
OpFoldResult ExtentsOp::fold(FoldAdaptor) { return getMapAttr(); }

LogicalResult IotaOp::verify() {
  if ((int64_t)getAxis() < 0 || (int64_t)getAxis() >= getType().getRank())
    return emitOpError("C1: no axis ") << getAxis() << " in " << getType();
  return success();
}

//===- reshape --------------------------------------------------------------------------------===//

LogicalResult ReshapeOp::verify() {
  AffineExpr from = elementCount(extentsOf(getInput().getType()), getContext());
  AffineExpr to = elementCount(extentsOf(getType()), getContext());
  if (constantOf(from) && constantOf(to) && from != to)
    return emitOpError("C1: ") << *constantOf(from) << " elements do not fill " << getType();
  return success();
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  if (auto inner = getInput().getDefiningOp<ReshapeOp>()) {
    getInputMutable().assign(inner.getInput());
    return getResult();
  }
  if (auto integers = integersOf(adaptor.getInput()))
    return integersAttr(*integers, getType());
  if (auto dense = dyn_cast_or_null<DenseElementsAttr>(adaptor.getInput());
      dense && getType().hasStaticShape())
    return dense.reshape(getType());
  auto resource = dyn_cast_or_null<DenseResourceElementsAttr>(adaptor.getInput());
  if (resource && getType().hasStaticShape()) // the same bytes under another shape
    return DenseResourceElementsAttr::get(getType(), resource.getRawHandle());
  return {};
}

// Elements at offset + the sum of index * stride over the axes, in row-major order of the indices.
static SmallVector<AffineExpr> strided(ArrayRef<AffineExpr> values, ArrayRef<int64_t> shape,
                                       int64_t offset, ArrayRef<int64_t> strides) {
  if (shape.empty())
    return {values[offset]};
  SmallVector<AffineExpr> result;
  for (int64_t i = 0; i < shape.front(); ++i)
    result.append(
        strided(values, shape.drop_front(), offset + i * strides.front(), strides.drop_front()));
  return result;
}

//===- transpose ------------------------------------------------------------------------------===//

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                            Adaptor adaptor, SmallVectorImpl<Type> &results) {
  RankedTensorType type = typeOf(adaptor.getInput());
  Extents extents = extentsOf(type), permuted;
  for (int64_t axis : adaptor.getPermutation()) {
    if (axis < 0 || axis >= type.getRank())
      return emitOptionalError(location, "no axis ", axis, " in ", type);
    permuted.push_back(extents[axis]);
  }
  results.push_back(tensorOf(permuted, type.getElementType()));
  return success();
}

LogicalResult TransposeOp::verify() {
  SmallVector<int64_t> sorted(getPermutation());
  llvm::sort(sorted);
  if ((int64_t)sorted.size() != getInput().getType().getRank() ||
      !llvm::equal(sorted, llvm::seq<int64_t>(0, sorted.size())))
    return emitOpError("C1: [") << getPermutation() << "] is no permutation of the axes of "
                                << getInput().getType();
  return success();
}

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  if (llvm::equal(getPermutation(), llvm::seq<int64_t>(0, getPermutation().size())))
    return getInput();
  if (auto inner = getInput().getDefiningOp<TransposeOp>()) {
    SmallVector<int64_t> composed;
    for (int64_t axis : getPermutation())
      composed.push_back(inner.getPermutation()[axis]);
    setPermutation(composed);
    getInputMutable().assign(inner.getInput());
    return getResult();
  }
  auto integers = integersOf(adaptor.getInput());
  if (!integers || !getInput().getType().hasStaticShape())
    return {};
  SmallVector<int64_t> strides = computeSuffixProduct(getInput().getType().getShape());
  return integersAttr(
      strided(*integers, getType().getShape(), 0, applyPermutation(strides, getPermutation())),
      getType());
}

//===- broadcast ------------------------------------------------------------------------------===//

LogicalResult BroadcastOp::verify() {
  Extents to = extentsOf(getType());
  auto joined = broadcast(extentsOf(getInput().getType()), to);
  if (failed(joined) || tensorOf(*joined, getType().getElementType()) != getType() ||
      getInput().getType().getElementType() != getType().getElementType())
    return emitOpError("C1: ") << getInput().getType() << " does not broadcast to " << getType();
  return success();
}

OpFoldResult BroadcastOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  auto integers = integersOf(adaptor.getInput());
  if (integers && integers->size() == 1 && getType().hasStaticShape() && getType().getRank() <= 1 &&
      getType().getNumElements() <= kMaxFoldedIntegers)
    return integersAttr(SmallVector<AffineExpr>(getType().getNumElements(), integers->front()),
                        getType());
  return {};
}

//===- concat ---------------------------------------------------------------------------------===//

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                         Adaptor adaptor, SmallVectorImpl<Type> &results) {
  if (adaptor.getInputs().empty())
    return emitOptionalError(location, "C1: nothing to concatenate");
  RankedTensorType first = typeOf(adaptor.getInputs().front());
  int64_t axis = adaptor.getAxis();
  if (axis < 0 || axis >= first.getRank())
    return emitOptionalError(location, "no axis ", axis, " in ", first);
  Extents extents = extentsOf(first);
  extents[axis] = getAffineConstantExpr(0, context);
  for (Value input : adaptor.getInputs()) {
    Extents own = extentsOf(typeOf(input));
    if (own.size() != extents.size() || typeOf(input).getElementType() != first.getElementType())
      return emitOptionalError(location, "C2: ", shapeText(first), " of ", first.getElementType(),
                               " and ", shapeText(typeOf(input)), " of ",
                               typeOf(input).getElementType(), " do not join");
    for (size_t a = 0; a < own.size(); ++a)
      if ((int64_t)a == axis)
        extents[a] = extents[a] + own[a];
      else if (own[a] != extents[a])
        return emitOptionalError(location, "C2: ", shapeText(first), " and ",
                                 shapeText(typeOf(input)), " differ outside axis ", axis);
  }
  results.push_back(tensorOf(extents, first.getElementType()));
  return success();
}

LogicalResult ConcatOp::verify() { return success(); }

OpFoldResult ConcatOp::fold(FoldAdaptor adaptor) {
  if (getInputs().size() == 1)
    return getInputs().front();
  if (getType().getRank() != 1)
    return {};
  SmallVector<AffineExpr> all;
  for (Attribute input : adaptor.getInputs()) {
    auto integers = integersOf(input);
    if (!integers)
      return {};
    all.append(*integers);
  }
  return integersAttr(all, getType());
}

//===- slice ----------------------------------------------------------------------------------===//

LogicalResult SliceOp::verify() {
  int64_t rank = getInput().getType().getRank();
  if ((int64_t)getStarts().getNumResults() != rank || (int64_t)getSteps().size() != rank ||
      getType().getRank() != rank || llvm::is_contained(getSteps(), 0))
    return emitOpError("C1: one start and one non-zero step for each of ") << rank << " axes";
  for (int64_t axis = 0; axis < rank; ++axis) {
    auto start = constantOf(getStarts().getResult(axis));
    int64_t from = getInput().getType().getDimSize(axis), to = getType().getDimSize(axis);
    if (!start || ShapedType::isDynamic(from) || ShapedType::isDynamic(to) || to == 0)
      continue;
    int64_t last = *start + (to - 1) * getSteps()[axis];
    if (*start < 0 || *start >= from || last < 0 || last >= from)
      return emitOpError("C2: elements ")
             << *start << " to " << last << " of axis " << axis << " leave an extent of " << from;
  }
  return success();
}

OpFoldResult SliceOp::fold(FoldAdaptor adaptor) {
  bool whole = llvm::all_of(getSteps(), [](int64_t step) { return step == 1; }) &&
               llvm::all_of(getStarts().getResults(),
                            [](AffineExpr start) { return constantOf(start) == 0; });
  if (whole && getInput().getType() == getType())
    return getInput();
  auto integers = integersOf(adaptor.getInput());
  if (!integers || !getType().hasStaticShape())
    return {};
  SmallVector<int64_t> strides = computeSuffixProduct(getInput().getType().getShape());
  int64_t offset = 0;
  for (auto [axis, start] : llvm::enumerate(getStarts().getResults())) {
    if (!constantOf(start))
      return {};
    offset += *constantOf(start) * strides[axis];
    strides[axis] *= getSteps()[axis];
  }
  return integersAttr(strided(*integers, getType().getShape(), offset, strides), getType());
}

//===- pad ------------------------------------------------------------------------------------===//

LogicalResult PadOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                      Adaptor adaptor, SmallVectorImpl<Type> &results) {
  RankedTensorType type = typeOf(adaptor.getInput());
  Extents extents = extentsOf(type);
  if (adaptor.getLow().size() != extents.size() || adaptor.getHigh().size() != extents.size())
    return emitOptionalError(location, "C1: one low and one high width for each axis of ", type);
  for (size_t axis = 0; axis < extents.size(); ++axis) {
    extents[axis] = extents[axis] + (adaptor.getLow()[axis] + adaptor.getHigh()[axis]);
    if (auto left = constantOf(extents[axis]); left && *left < 0)
      return emitOptionalError(location, "C1: axis ", axis, " of ", type, " is cropped to ", *left,
                               " elements");
  }
  results.push_back(tensorOf(extents, type.getElementType()));
  return success();
}

LogicalResult PadOp::verify() {
  if (getValue().getType().getElementType() != getInput().getType().getElementType())
    return emitOpError("C2: the value is ")
           << getValue().getType() << ", the input " << getInput().getType();
  return success();
}

//===- gather ---------------------------------------------------------------------------------===//

// `label` is the number of the constraint on the index type in the op's description.
static LogicalResult verifyIndices(Operation *op, StringRef label, Value indices, int64_t axis,
                                   Value data) {
  Type element = typeOf(indices).getElementType();
  if (!element.isInteger(64) && !element.isInteger(32))
    return op->emitOpError(label) << ": the indices are i32 or i64, got " << element;
  if (axis < 0 || axis >= typeOf(data).getRank())
    return op->emitOpError("C2: no axis ") << axis << " in " << data.getType();
  return success();
}

LogicalResult GatherOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                         Adaptor adaptor, SmallVectorImpl<Type> &results) {
  Extents data = extentsOf(typeOf(adaptor.getData())), result;
  Extents indices = extentsOf(typeOf(adaptor.getIndices()));
  int64_t axis = adaptor.getAxis();
  if (axis < 0 || axis >= (int64_t)data.size())
    return emitOptionalError(location, "C2: no axis ", axis, " in ", adaptor.getData().getType());
  result.append(data.begin(), data.begin() + axis);
  result.append(indices.begin(), indices.end());
  result.append(data.begin() + axis + 1, data.end());
  results.push_back(tensorOf(result, typeOf(adaptor.getData()).getElementType()));
  return success();
}
LogicalResult GatherOp::verify() {
  return verifyIndices(*this, "C1", getIndices(), getAxis(), getData());
}

OpFoldResult GatherOp::fold(FoldAdaptor adaptor) {
  auto data = integersOf(adaptor.getData()), indices = integersOf(adaptor.getIndices());
  if (!data || !indices || getData().getType().getRank() != 1)
    return {};
  SmallVector<AffineExpr> values;
  for (AffineExpr expr : *indices) {
    auto index = constantOf(expr);
    int64_t extent = data->size();
    if (!index || *index < -extent || *index >= extent)
      return {};
    values.push_back((*data)[*index < 0 ? *index + extent : *index]);
  }
  return integersAttr(values, getType());
}

LogicalResult GatherElementsOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                                 Adaptor adaptor, SmallVectorImpl<Type> &results) {
  results.push_back(
      withElement(typeOf(adaptor.getIndices()), typeOf(adaptor.getData()).getElementType()));
  return success();
}
LogicalResult GatherElementsOp::verify() {
  if (getData().getType().getRank() != getIndices().getType().getRank())
    return emitOpError("C1: data of rank ") << getData().getType().getRank() << ", indices of rank "
                                            << getIndices().getType().getRank();
  return verifyIndices(*this, "C2", getIndices(), getAxis(), getData());
}

LogicalResult GatherNdOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                           Adaptor adaptor, SmallVectorImpl<Type> &results) {
  Extents data = extentsOf(typeOf(adaptor.getData()));
  Extents result = extentsOf(typeOf(adaptor.getIndices()));
  int64_t batch = adaptor.getBatchDims();
  auto tuple = result.empty() ? std::nullopt : constantOf(result.back());
  if (!tuple || batch < 0 || batch + *tuple > (int64_t)data.size())
    return emitOptionalError(location, "C1: index tuples of ", adaptor.getIndices().getType(),
                             " do not fit ", adaptor.getData().getType());
  result.pop_back();
  result.append(data.begin() + batch + *tuple, data.end());
  results.push_back(tensorOf(result, typeOf(adaptor.getData()).getElementType()));
  return success();
}
LogicalResult GatherNdOp::verify() {
  return verifyIndices(*this, "C2", getIndices(), 0, getData());
}

} // namespace mdc::graph
