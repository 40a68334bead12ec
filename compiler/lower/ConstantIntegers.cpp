#include "compiler/lower/ConstantIntegers.h"

#include "dialects/graph/Shape.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cstring>

using namespace mlir;

namespace mdc::lower {
namespace {

using Elements = std::optional<std::vector<int32_t>>;

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

std::optional<ArrayRef<char>> resourceBytes(Attribute attribute) {
  auto resource = dyn_cast<DenseResourceElementsAttr>(attribute);
  AsmResourceBlob *blob = resource ? resource.getRawHandle().getBlob() : nullptr;
  return blob ? std::optional(blob->getData()) : std::nullopt;
}

Elements elementsOf(graph::ConstantOp constant) {
  auto element = dyn_cast<IntegerType>(constant.getType().getElementType());
  if (!element || (element.getWidth() != 8 && element.getWidth() != 32))
    return std::nullopt;
  size_t count = constant.getType().getNumElements(), width = element.getWidth() / 8;
  auto read = [&](const char *data) -> int32_t {
    if (width == 4) {
      int32_t value;
      std::memcpy(&value, data, 4);
      return value;
    }
    return element.isUnsigned() ? int32_t(uint8_t(*data)) : int32_t(int8_t(*data));
  };
  std::vector<int32_t> values(count);
  if (auto dense = dyn_cast<DenseElementsAttr>(constant.getValue())) {
    for (size_t i = 0; i < count; ++i)
      values[i] = read(dense.getRawData().data() + (dense.isSplat() ? 0 : i * width));
    return values;
  }
  auto bytes = resourceBytes(constant.getValue());
  if (!bytes || bytes->size() != count * width)
    return std::nullopt;
  for (size_t i = 0; i < count; ++i)
    values[i] = read(bytes->data() + i * width);
  return values;
}

// Calls visit(result position, source position) for every element, the source's position moving by
// strides[axis] along each axis of `shape`.
void forEachElement(ArrayRef<int64_t> shape, ArrayRef<int64_t> strides,
                    llvm::function_ref<void(size_t, int64_t)> visit) {
  int64_t count = 1, source = 0;
  for (int64_t extent : shape)
    count *= extent;
  SmallVector<int64_t> at(shape.size(), 0);
  for (int64_t target = 0; target < count; ++target) {
    visit(target, source);
    for (size_t axis = shape.size(); axis-- > 0;) {
      source += strides[axis];
      if (++at[axis] < shape[axis])
        break;
      source -= strides[axis] * shape[axis];
      at[axis] = 0;
    }
  }
}

SmallVector<int64_t> rowMajorStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t axis = shape.size(); axis > 1; --axis)
    strides[axis - 2] = strides[axis - 1] * shape[axis - 1];
  return strides;
}

Elements transposed(graph::TransposeOp op) {
  Elements from = constantIntegers(op.getInput());
  if (!from)
    return std::nullopt;
  SmallVector<int64_t> whole = rowMajorStrides(op.getInput().getType().getShape()), strides;
  for (int64_t axis : op.getPermutation())
    strides.push_back(whole[axis]);
  std::vector<int32_t> values(from->size());
  forEachElement(op.getType().getShape(), strides,
                 [&](size_t to, int64_t at) { values[to] = (*from)[at]; });
  return values;
}

// The elements of an operand, repeated to `shape`.
std::vector<int32_t> repeated(const std::vector<int32_t> &from, ArrayRef<int64_t> operand,
                              ArrayRef<int64_t> shape) {
  SmallVector<int64_t> own = rowMajorStrides(operand), strides(shape.size(), 0);
  size_t lead = shape.size() - operand.size();
  for (size_t axis = 0; axis < operand.size(); ++axis)
    strides[lead + axis] = operand[axis] == 1 ? 0 : own[axis];
  std::vector<int32_t> values;
  forEachElement(shape, strides, [&](size_t, int64_t at) { values.push_back(from[at]); });
  return values;
}

Elements combined(graph::BinaryOp op) {
  bool difference = op.getKind() == graph::BinaryKind::Sub;
  if (!difference && op.getKind() != graph::BinaryKind::Add)
    return std::nullopt;
  Elements a = constantIntegers(op.getLhs()), b = constantIntegers(op.getRhs());
  if (!a || !b)
    return std::nullopt;
  ArrayRef<int64_t> shape = op.getType().getShape();
  std::vector<int32_t> values = repeated(*a, op.getLhs().getType().getShape(), shape);
  std::vector<int32_t> other = repeated(*b, op.getRhs().getType().getShape(), shape);
  for (size_t i = 0; i < values.size(); ++i) // unsigned: wraps as the kernels do
    values[i] = static_cast<int32_t>(difference ? uint32_t(values[i]) - uint32_t(other[i])
                                                : uint32_t(values[i]) + uint32_t(other[i]));
  return values;
}

Elements widened(graph::CastOp op) {
  return op.getType().getElementType().isSignlessInteger(32) ? constantIntegers(op.getInput())
                                                             : std::nullopt;
}

template <typename T>
Value makeConstant(OpBuilder &builder, Location loc, RankedTensorType type, ArrayRef<T> values) {
  constexpr size_t kMostInText = 256;
  ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
  ElementsAttr value;
  if (values.size() <= kMostInText) {
    bool same = llvm::all_equal(values);
    value = DenseElementsAttr::getFromRawBuffer(type, same ? bytes.take_front(sizeof(T)) : bytes);
  } else {
    AsmResourceBlob blob = HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64);
    value = cast<ElementsAttr>(
        Attribute(DenseResourceElementsAttr::get(type, "weight", std::move(blob))));
  }
  return graph::ConstantOp::create(builder, loc, type, value);
}

} // namespace

std::optional<std::vector<int32_t>> constantIntegers(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || !typeOf(value).hasStaticShape() || !isa<IntegerType>(typeOf(value).getElementType()))
    return std::nullopt;
  return llvm::TypeSwitch<Operation *, Elements>(op)
      .Case([](graph::ConstantOp constant) { return elementsOf(constant); })
      .Case([](graph::CastOp cast) { return widened(cast); })
      .Case([](graph::ReshapeOp reshape) { return constantIntegers(reshape.getInput()); })
      .Case([](graph::TransposeOp transpose) { return transposed(transpose); })
      .Case([](graph::BinaryOp binary) { return combined(binary); })
      .Default([](Operation *) { return std::nullopt; });
}

std::optional<std::vector<float>> constantFloats(Value value) {
  auto constant = value.getDefiningOp<graph::ConstantOp>();
  if (!constant || !constant.getType().getElementType().isF32())
    return std::nullopt;
  size_t count = constant.getType().getNumElements();
  if (auto dense = dyn_cast<DenseElementsAttr>(constant.getValue())) {
    auto values = dense.getValues<float>();
    return std::vector<float>(values.begin(), values.end());
  }
  auto bytes = resourceBytes(constant.getValue());
  if (!bytes || bytes->size() != count * sizeof(float))
    return std::nullopt;
  std::vector<float> values(count);
  std::memcpy(values.data(), bytes->data(), bytes->size());
  return values;
}

Value makeBytes(OpBuilder &builder, Location loc, RankedTensorType type, ArrayRef<int32_t> values) {
  std::vector<int8_t> bytes;
  for (int32_t value : values)
    bytes.push_back(static_cast<int8_t>(static_cast<uint8_t>(value)));
  return makeConstant(builder, loc, type, ArrayRef<int8_t>(bytes));
}

Value makeIntegers(OpBuilder &builder, Location loc, ArrayRef<int32_t> values) {
  auto type = RankedTensorType::get({int64_t(values.size())}, builder.getI32Type());
  return makeConstant(builder, loc, type, values);
}

Value makeChannels(OpBuilder &builder, Location loc, ArrayRef<float> values, int64_t trailing) {
  if (llvm::all_equal(values))
    return makeScalar(builder, loc, values.front());
  SmallVector<int64_t> shape(trailing + 1, 1);
  shape.front() = values.size();
  return makeConstant(builder, loc, RankedTensorType::get(shape, builder.getF32Type()), values);
}

Value makeScalar(OpBuilder &builder, Location loc, float value) {
  return makeConstant(builder, loc, RankedTensorType::get({}, builder.getF32Type()),
                      ArrayRef<float>(value));
}

} // namespace mdc::lower
