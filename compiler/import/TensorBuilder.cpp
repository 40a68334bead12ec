#include "compiler/import/TensorBuilder.h"

#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace mdc::importer {

Value TensorBuilder::finish(const OperationState &state) {
  Operation *op = builder.create(state);
  if (failed(verify(op))) { // the diagnostic handler of the import has noted why
    op->erase();
    return {};
  }
  SmallVector<Value> folded;
  if (succeeded(builder.tryFold(op, folded)) && !folded.empty() &&
      folded.front().getDefiningOp() != op) {
    op->erase();
    return folded.front();
  }
  return op->getResult(0);
}

Value TensorBuilder::constant(ElementsAttr value) {
  return graph::ConstantOp::create(builder, location, cast<RankedTensorType>(value.getType()),
                                   value);
}

static mlir::Attribute numberAttr(double number, Type element) {
  if (auto type = dyn_cast<FloatType>(element))
    return FloatAttr::get(type, number);
  return IntegerAttr::get(element, APInt(element.getIntOrFloatBitWidth(), uint64_t(int64_t(number)),
                                         /*isSigned=*/false, /*implicitTrunc=*/true));
}

Value TensorBuilder::scalar(double number, Type element) {
  auto type = RankedTensorType::get({}, element);
  return constant(DenseElementsAttr::get(type, numberAttr(number, element)));
}

Value TensorBuilder::filled(double number, ArrayRef<AffineExpr> extents, Type element) {
  RankedTensorType type = graph::tensorOf(extents, element);
  if (!type.hasStaticShape())
    return broadcast(scalar(number, element), extents);
  return constant(DenseElementsAttr::get(type, numberAttr(number, element)));
}

Value TensorBuilder::integers(ArrayRef<AffineExpr> values, RankedTensorType type) {
  mlir::Attribute attribute = graph::integersAttr(values, type);
  if (auto map = dyn_cast_or_null<AffineMapAttr>(attribute))
    return graph::ExtentsOp::create(builder, location, type, map);
  if (auto elements = dyn_cast_or_null<ElementsAttr>(attribute))
    return constant(elements);
  return {};
}

Value TensorBuilder::fromStart(Value indices, AffineExpr length) {
  Value wide = indices ? cast(indices, i64()) : Value();
  return select(compare(graph::CompareKind::Less, wide, 0.0), add(wide, extent(length)), wide);
}

Extents TensorBuilder::fixed(ArrayRef<int64_t> values) {
  Extents exprs;
  for (int64_t value : values)
    exprs.push_back(fixed(value));
  return exprs;
}

Value TensorBuilder::cast(Value x, Type element) {
  if (!x || elementOf(x) == element)
    return x;
  return make<graph::CastOp>(graph::withElement(typeOf(x), element), x);
}

Value TensorBuilder::reshape(Value x, ArrayRef<AffineExpr> extents) {
  if (!x)
    return {};
  RankedTensorType type = graph::tensorOf(extents, elementOf(x));
  return type == x.getType() ? x : make<graph::ReshapeOp>(type, x);
}

Value TensorBuilder::withoutAxes(Value x, ArrayRef<int64_t> axes) {
  if (!x)
    return {};
  Extents kept;
  for (auto [axis, extent] : llvm::enumerate(extentsOf(x)))
    if (!llvm::is_contained(axes, int64_t(axis)))
      kept.push_back(extent);
  return reshape(x, kept);
}

Value TensorBuilder::withAxes(Value x, ArrayRef<int64_t> axes) {
  if (!x)
    return {};
  Extents extents = extentsOf(x);
  for (int64_t axis : axes)
    extents.insert(extents.begin() + axis, fixed(1));
  return reshape(x, extents);
}

Value TensorBuilder::broadcast(Value x, ArrayRef<AffineExpr> extents) {
  if (!x)
    return {};
  RankedTensorType type = graph::tensorOf(extents, elementOf(x));
  if (auto splat = x.getDefiningOp<graph::ConstantOp>(); splat && type.hasStaticShape())
    if (auto dense = dyn_cast<SplatElementsAttr>(splat.getValue()))
      return constant(dense.resizeSplat(type));
  return type == x.getType() ? x : make<graph::BroadcastOp>(type, x);
}

Value TensorBuilder::transpose(Value x, ArrayRef<int64_t> permutation) {
  return infer<graph::TransposeOp>(x, permutation);
}

Value TensorBuilder::concat(ArrayRef<Value> inputs, int64_t axis) {
  return infer<graph::ConcatOp>(inputs, axis);
}

Value TensorBuilder::slice(Value x, ArrayRef<AffineExpr> starts, ArrayRef<int64_t> steps,
                           ArrayRef<AffineExpr> extents) {
  if (!x)
    return {};
  AffineMap map = graph::extentMap(starts, builder.getContext());
  return make<graph::SliceOp>(graph::tensorOf(extents, elementOf(x)), x, map, steps);
}

Value TensorBuilder::sliceAxis(Value x, int64_t axis, AffineExpr start, AffineExpr count) {
  if (!x)
    return {};
  Extents extents = extentsOf(x), starts(extents.size(), fixed(0));
  starts[axis] = start;
  extents[axis] = count;
  return slice(x, starts, Integers(extents.size(), 1), extents);
}

Value TensorBuilder::iota(ArrayRef<AffineExpr> extents, int64_t axis, Type element) {
  return make<graph::IotaOp>(graph::tensorOf(extents, element), axis);
}

Value TensorBuilder::channelwise(Value x, int64_t trailing) {
  if (!x)
    return {};
  Extents extents = extentsOf(x);
  extents.append(trailing, fixed(1));
  return reshape(x, extents);
}

Value TensorBuilder::reduce(ReduceKind kind, Value x, ArrayRef<int64_t> axes) {
  return infer<graph::ReduceOp>(kind, x, axes);
}

} // namespace mdc::importer
