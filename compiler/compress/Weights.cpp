#include "compiler/compress/Weights.h"

#include "mlir/IR/DialectResourceBlobManager.h"

#include <cstring>

using namespace mlir;

namespace mdc::compress {

namespace {

// Below this a test can read the elements, and a line of IR stays a line.
constexpr size_t kMaxTextBytes = 1024;

template <typename T>
Value constantOf(OpBuilder &builder, Location loc, RankedTensorType type, ArrayRef<T> values) {
  ElementsAttr attr;
  if (values.size() * sizeof(T) <= kMaxTextBytes) {
    attr = DenseElementsAttr::get(type, values);
  } else {
    ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
    AsmResourceBlob blob = HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64);
    Attribute resource = DenseResourceElementsAttr::get(type, "weight", std::move(blob));
    attr = cast<ElementsAttr>(resource);
  }
  return graph::ConstantOp::create(builder, loc, type, attr);
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

} // namespace mdc::compress
