#include "compiler/import/MlirTypes.h"

#include "compiler/import/ElementTypes.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

namespace mdc::importer {

Type mlirType(ElementType type, MLIRContext *context) {
  auto integer = [&](unsigned width, bool isUnsigned = false) {
    return IntegerType::get(context, width,
                            isUnsigned ? IntegerType::Unsigned : IntegerType::Signless);
  };
  switch (type) {
  case ElementType::Float:
    return Float32Type::get(context);
  case ElementType::Double:
    return Float64Type::get(context);
  case ElementType::Float16:
    return Float16Type::get(context);
  case ElementType::Bfloat16:
    return BFloat16Type::get(context);
  case ElementType::Bool:
    return integer(1);
  case ElementType::Int8:
    return integer(8);
  case ElementType::Int16:
    return integer(16);
  case ElementType::Int32:
    return integer(32);
  case ElementType::Int64:
    return integer(64);
  case ElementType::Uint8:
    return integer(8, true);
  case ElementType::Uint16:
    return integer(16, true);
  case ElementType::Uint32:
    return integer(32, true);
  case ElementType::Uint64:
    return integer(64, true);
  default:
    return {};
  }
}

std::string onnxTypeName(Type type) {
  for (int number = 1; number <= int(ElementType::Bfloat16); ++number)
    if (mlirType(ElementType(number), type.getContext()) == type)
      return elementName(ElementType(number));
  return "unknown";
}

ElementsAttr elementsOf(const Tensor &tensor, const std::shared_ptr<const void> &storage,
                        MLIRContext *context) {
  auto type = RankedTensorType::get(tensor.dims, mlirType(tensor.type, context));
  if (tensor.type == ElementType::Bool) { // dense i1 attributes have their own layout
    SmallVector<bool> values(tensor.bytes.begin(), tensor.bytes.end());
    return DenseElementsAttr::get(type, values);
  }
  if (type.getNumElements() <= kMaxCopiedElements)
    return DenseElementsAttr::getFromRawBuffer(type, tensor.bytes);
  unsigned bytes = elementBytes(tensor.type);
  bool aligned = reinterpret_cast<uintptr_t>(tensor.bytes.data()) % bytes == 0;
  AsmResourceBlob blob =
      aligned ? UnmanagedAsmResourceBlob::allocateWithAlign(tensor.bytes, bytes,
                                                            [storage](void *, size_t, size_t) {})
              : HeapAsmResourceBlob::allocateAndCopyWithAlign(tensor.bytes, bytes);
  return DenseResourceElementsAttr::get(type, tensor.name.empty() ? "constant" : tensor.name,
                                        std::move(blob));
}

} // namespace mdc::importer
