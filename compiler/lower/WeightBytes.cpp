#include "compiler/lower/WeightBytes.h"

#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

namespace mdc::lower {

std::optional<ArrayRef<char>> bytesOf(graph::ConstantOp constant) {
  auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
  if (dense && !dense.isSplat() && dense.getElementType().getIntOrFloatBitWidth() % 8 == 0)
    return dense.getRawData();
  auto resource = dyn_cast<DenseResourceElementsAttr>(constant.getValue());
  AsmResourceBlob *blob = resource ? resource.getRawHandle().getBlob() : nullptr;
  Type element = constant.getType().getElementType();
  unsigned bits = element.getIntOrFloatBitWidth();
  if (!blob || bits % 8 != 0 ||
      blob->getData().size() != constant.getType().getNumElements() * (bits / 8))
    return std::nullopt;
  return blob->getData();
}

graph::ConstantOp makeWeight(OpBuilder &builder, Location loc, RankedTensorType type,
                             ArrayRef<char> bytes) {
  AsmResourceBlob blob = HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64);
  auto attr = DenseResourceElementsAttr::get(type, "weight", std::move(blob));
  return graph::ConstantOp::create(builder, loc, type, cast<ElementsAttr>(Attribute(attr)));
}

} // namespace mdc::lower
