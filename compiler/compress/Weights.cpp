#include "compiler/compress/Weights.h"

#include "mlir/IR/DialectResourceBlobManager.h"

#include <cstring>

using namespace mlir;

namespace mdc::compress {

namespace {

// Below this a test can read the elements, and a line of IR stays a line.
constexpr size_t kMaxTextBytes = 1024;

ElementsAttr attributeOf(RankedTensorType type, ArrayRef<char> bytes) {
  if (bytes.size() <= kMaxTextBytes)
    return DenseElementsAttr::getFromRawBuffer(type, bytes);
  AsmResourceBlob blob = HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64);
  Attribute resource = DenseResourceElementsAttr::get(type, "weight", std::move(blob));
  return cast<ElementsAttr>(resource);
}

template <typename T>
Value constantOf(OpBuilder &builder, Location loc, RankedTensorType type, ArrayRef<T> values) {
  ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
  return graph::ConstantOp::create(builder, loc, type, attributeOf(type, bytes));
}

} // namespace

std::optional<std::vector<float>> floatsOf(Attribute attribute) {
  auto elements = dyn_cast_or_null<ElementsAttr>(attribute);
  if (!elements || !elements.getElementType().isF32())
    return std::nullopt;
  if (auto dense = dyn_cast<DenseElementsAttr>(attribute)) {
    auto values = dense.getValues<float>();
    return std::vector<float>(values.begin(), values.end());
  }
  auto resource = dyn_cast<DenseResourceElementsAttr>(attribute);
  AsmResourceBlob *blob = resource ? resource.getRawHandle().getBlob() : nullptr;
  size_t count = elements.getNumElements();
  if (!blob || blob->getData().size() != count * sizeof(float))
    return std::nullopt;
  std::vector<float> values(count);
  std::memcpy(values.data(), blob->getData().data(), count * sizeof(float));
  return values;
}

std::optional<std::vector<float>> floatsOf(Value value) {
  auto constant = value.getDefiningOp<graph::ConstantOp>();
  return constant ? floatsOf(Attribute(constant.getValue())) : std::nullopt;
}

Value makeConstant(OpBuilder &builder, Location loc, RankedTensorType type,
                   ArrayRef<float> values) {
  return constantOf(builder, loc, type, values);
}

Value makeConstant(OpBuilder &builder, Location loc, RankedTensorType type,
                   ArrayRef<int8_t> values) {
  return constantOf(builder, loc, type, values);
}

ElementsAttr selectElements(ElementsAttr constant, ArrayRef<std::vector<int64_t>> indices) {
  auto type = cast<RankedTensorType>(constant.getShapedType());
  SmallVector<int64_t> shape;
  for (const std::vector<int64_t> &kept : indices)
    shape.push_back(kept.size());
  auto selected = RankedTensorType::get(shape, type.getElementType());
  auto dense = dyn_cast<DenseElementsAttr>(constant);
  if (dense && dense.isSplat())
    return dense.resizeSplat(selected);
  ArrayRef<char> bytes =
      dense ? dense.getRawData()
            : cast<DenseResourceElementsAttr>(constant).getRawHandle().getBlob()->getData();
  size_t width = type.getElementTypeBitWidth() / 8;
  // Where the elements lie, axis by axis.
  std::vector<int64_t> places = {0};
  for (auto [axis, kept] : llvm::enumerate(indices)) {
    std::vector<int64_t> next;
    for (int64_t place : places)
      for (int64_t index : kept)
        next.push_back(place * type.getDimSize(axis) + index);
    places = std::move(next);
  }
  std::vector<char> result(places.size() * width);
  for (auto [at, place] : llvm::enumerate(places))
    std::memcpy(result.data() + at * width, bytes.data() + place * width, width);
  return attributeOf(selected, result);
}

} // namespace mdc::compress
