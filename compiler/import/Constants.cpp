// Values that are known when the model is built, or follow from its shapes alone.
#include "compiler/import/MlirTypes.h"
#include "compiler/import/OpTable.h"

#include "llvm/ADT/APSInt.h"

#include <cmath>
#include <cstdlib>

using namespace mlir;

namespace mdc::importer {
namespace {

Values listOfNumbers(NodeContext &n, ArrayRef<float> values, bool isScalar) {
  SmallVector<int64_t, 1> shape;
  if (!isScalar)
    shape.push_back(values.size());
  auto type = RankedTensorType::get(shape, n.builder.getF32Type());
  return {n.constant(DenseElementsAttr::get(type, values))};
}

Values listOfIntegers(NodeContext &n, ArrayRef<int64_t> values, bool isScalar) {
  SmallVector<int64_t, 1> shape;
  if (!isScalar)
    shape.push_back(values.size());
  return {n.constant(DenseElementsAttr::get(RankedTensorType::get(shape, n.i64()), values))};
}

Values constant(NodeContext &n) {
  for (const Attribute &attribute : n.node.attributes) {
    if (attribute.name == "value" && attribute.kind == Attribute::Kind::Tensor) {
      if (!attribute.tensor.problem.empty())
        return n.fail("the value cannot be used: " + attribute.tensor.problem);
      return {n.makeConstant(attribute.tensor)};
    }
    if (attribute.name == "value_float")
      return listOfNumbers(n, attribute.number, true);
    if (attribute.name == "value_floats")
      return listOfNumbers(n, attribute.numbers, false);
    if (attribute.name == "value_int")
      return listOfIntegers(n, attribute.integer, true);
    if (attribute.name == "value_ints")
      return listOfIntegers(n, attribute.integers, false);
    if (attribute.name.starts_with("value_string") || attribute.name == "sparse_value")
      return n.fail("the attribute " + attribute.name +
                    " is not supported, expected a dense tensor of numbers");
  }
  return n.fail(
      "there is no value, expected one of value, value_float, value_floats, value_int, value_ints");
}

Values constantOfShape(NodeContext &n) {
  auto extents = n.shapeInput(0, "the shape");
  if (!extents)
    return {};
  const Attribute *value = n.node.attribute("value");
  if (!value)
    return {n.filled(0, *extents, n.builder.getF32Type())};
  if (!value->tensor.problem.empty())
    return n.fail("the value cannot be used: " + value->tensor.problem);
  Value one = n.reshape(n.makeConstant(value->tensor), {});
  return {n.broadcast(one, *extents)};
}

// The elements of a rank 0 constant or of extents, when the number of results depends on them.
Values rangeOfFloats(NodeContext &n) {
  auto start = n.constantNumbers(0, "start"), limit = n.constantNumbers(1, "limit"),
       delta = n.constantNumbers(2, "delta");
  if (!start || !limit || !delta)
    return {};
  if (start->size() != 1 || limit->size() != 1 || delta->size() != 1 || delta->front() == 0)
    return n.fail("start, limit and delta are scalars and delta is not 0, expected as much");
  int64_t count =
      std::max<int64_t>(0, std::ceil((limit->front() - start->front()) / delta->front()));
  Value steps = n.iota({n.fixed(count)}, 0, elementOf(n.input(0)));
  return {n.add(n.mul(steps, n.input(2)), n.input(0))};
}

// A scalar operand that is a whole number, of whatever type; null for any other.
AffineExpr wholeNumber(NodeContext &n, size_t index) {
  Value value = n.has(index) ? n.input(index) : Value();
  if (auto cast = value ? value.getDefiningOp<graph::CastOp>() : graph::CastOp())
    value = cast.getInput(); // an extent as a float
  if (!value)
    return {};
  if (auto exprs = graph::integersOf(value))
    return exprs->size() == 1 ? exprs->front() : AffineExpr();
  auto constant = value.getDefiningOp<graph::ConstantOp>();
  auto dense =
      constant ? dyn_cast<DenseFPElementsAttr>(constant.getValue()) : DenseFPElementsAttr();
  APSInt integer(64, /*isUnsigned=*/false);
  bool exact = false;
  if (!dense || dense.getNumElements() != 1 ||
      (*dense.value_begin<APFloat>()).convertToInteger(integer, APFloat::rmTowardZero, &exact) !=
          APFloat::opOK)
    return {};
  return n.fixed(integer.getSExtValue());
}

// The elements from `start` on, as many as `span` holds steps.
Values rangeOf(NodeContext &n, AffineExpr start, AffineExpr span, int64_t step) {
  AffineExpr count = stepsIn(collected(span), std::abs(step));
  Interval bounds = n.bounds(count);
  if (bounds.high <= 0)
    count = n.fixed(0);
  else if (bounds.low < 0)
    return n.fail("the number of elements may be negative for small dimensions",
                  "give the dimension a larger minimum in [model.dims]");
  Type element = elementOf(n.input(0));
  auto fixed = graph::constantOf(count);
  if (fixed && *fixed <= graph::kMaxFoldedIntegers && isa<IntegerType>(element)) {
    SmallVector<AffineExpr> values;
    for (int64_t i = 0; i < *fixed; ++i)
      values.push_back(start + i * step);
    return {n.integers(values, RankedTensorType::get({*fixed}, element))};
  }
  Value result = n.iota({count}, 0, element);
  if (step != 1)
    result = n.mul(result, double(step));
  if (graph::constantOf(start) != 0)
    result = n.add(result, n.reshape(n.input(0), {}));
  return {result};
}

Values range(NodeContext &n) {
  AffineExpr start = wholeNumber(n, 0), limit = wholeNumber(n, 1), delta = wholeNumber(n, 2);
  auto step = graph::constantOf(delta);
  if (start && limit && step && *step != 0)
    return rangeOf(n, start, *step > 0 ? limit - start : start - limit, *step);
  if (n.has(0) && isFloat(n.input(0)))
    return rangeOfFloats(n);
  if (n.shapeInput(0, "start") && n.shapeInput(1, "limit") && n.constantInput(2, "delta"))
    n.fail("start, limit or delta is no scalar or delta is 0, expected scalars");
  return {};
}

// 1 where column - row == k.
Values eyeLike(NodeContext &n) {
  Value like = n.input(0);
  if (!like || rankOf(like) != 2)
    return n.fail("the input is no matrix, expected rank 2");
  auto type = static_cast<ElementType>(n.integer("dtype", 0));
  Type element = n.hasAttribute("dtype") ? mlirType(type, n.builder.getContext()) : elementOf(like);
  if (!element)
    return n.fail("the element type dtype = " + Twine(int(type)) + " is not supported");
  Extents extents = extentsOf(like);
  Value rows = n.iota({extents[0], n.fixed(1)}, 0, n.i64());
  Value columns = n.iota({n.fixed(1), extents[1]}, 1, n.i64());
  Value shifted = n.add(rows, double(n.integer("k", 0)));
  return {n.cast(n.compare(CompareKind::Equal, columns, shifted), element)};
}

Values shape(NodeContext &n) {
  Value x = n.input(0);
  if (!x)
    return {};
  Extents extents = extentsOf(x);
  int64_t rank = extents.size();
  auto clamped = [&](int64_t axis) {
    return std::clamp<int64_t>(axis < 0 ? axis + rank : axis, 0, rank);
  };
  int64_t start = clamped(n.integer("start", 0)), end = clamped(n.integer("end", rank));
  auto part = ArrayRef<AffineExpr>(extents).slice(start, std::max<int64_t>(end - start, 0));
  return {n.integers(part, RankedTensorType::get({int64_t(part.size())}, n.i64()))};
}

Values size(NodeContext &n) {
  Value x = n.input(0);
  if (!x)
    return {};
  AffineExpr count = graph::elementCount(extentsOf(x), n.builder.getContext());
  return {n.extent(count)};
}

} // namespace

llvm::ArrayRef<OpRow> constantOps() {
  static constexpr OpRow rows[] = {
      {"Constant", 1, kLastOpset, constant}, {"ConstantOfShape", 9, kLastOpset, constantOfShape},
      {"Range", 11, kLastOpset, range},      {"EyeLike", 9, kLastOpset, eyeLike},
      {"Shape", 1, kLastOpset, shape},       {"Size", 1, kLastOpset, size},
  };
  return rows;
}

} // namespace mdc::importer
