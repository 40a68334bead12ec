#include "compiler/program/Weights.h"

#include "compiler/lower/Packing.h"
#include "compiler/package/WeightBlob.h"
#include "compiler/program/ElementTypes.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

namespace mdc::program {

/// A dense attribute may hold one element for all, and bits for booleans: memory holds neither.
static std::vector<char> expanded(DenseElementsAttr value) {
  std::vector<char> bytes;
  if (value.getElementType().isInteger(1)) {
    for (bool element : value.getValues<bool>())
      bytes.push_back(char(element));
    return bytes;
  }
  llvm::ArrayRef<char> element = value.getRawData();
  for (int64_t index = 0; index < value.getNumElements(); ++index)
    bytes.insert(bytes.end(), element.begin(), element.end());
  return bytes;
}

/// The row-major bytes of a constant, in place where it holds them; else in `storage`. Null if its
/// resource is gone.
static std::optional<llvm::ArrayRef<char>> bytesOf(ElementsAttr value, std::vector<char> &storage) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    return blob ? std::optional(blob->getData()) : std::nullopt;
  }
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense)
    return std::nullopt;
  if (!dense.isSplat() && !dense.getElementType().isInteger(1))
    return dense.getRawData();
  storage = expanded(dense);
  return llvm::ArrayRef<char>(storage);
}

bool writeWeights(Program &program, const std::string &path, Diagnostics &diagnostics) {
  package::WeightBlobWriter writer(path, diagnostics);
  for (Weight &weight : program.weights) {
    std::vector<char> storage;
    std::optional<llvm::ArrayRef<char>> bytes = bytesOf(weight.value, storage);
    auto type = dyn_cast<RankedTensorType>(weight.value.getShapedType());
    if (!bytes || !type) {
      diagnostics.error("a constant of the model has no data").note("this is a bug of mdc");
      return false;
    }
    weight.rowMajorBytes = bytes->size();
    std::vector<char> packed;
    if (!weight.packing.empty()) {
      packed = lower::packWeight(*bytes, type, weight.packing);
      bytes = packed;
    }
    weight.bytes = bytes->size();
    weight.offset = writer.append(bytes->data(), bytes->size());
  }
  program.weightBytes = writer.blobBytes();
  return writer.finish();
}

} // namespace mdc::program
