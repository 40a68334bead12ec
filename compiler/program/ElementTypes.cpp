#include "compiler/program/ElementTypes.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

namespace mdc::program {

static std::optional<MdcType> abiIntegerOf(IntegerType type) {
  bool isUnsigned = type.isUnsigned();
  switch (type.getWidth()) {
  case 1:
    return MDC_BOOL;
  case 8:
    return isUnsigned ? MDC_U8 : MDC_I8;
  case 16:
    return isUnsigned ? MDC_U16 : MDC_I16;
  case 32:
    return isUnsigned ? MDC_U32 : MDC_I32;
  case 64:
    return isUnsigned ? MDC_U64 : MDC_I64;
  default:
    return std::nullopt;
  }
}

std::optional<MdcType> abiTypeOf(Type element) {
  if (element.isF32())
    return MDC_F32;
  if (element.isF64())
    return MDC_F64;
  if (element.isF16())
    return MDC_F16;
  if (element.isBF16())
    return MDC_BF16;
  if (auto integer = dyn_cast<IntegerType>(element))
    return abiIntegerOf(integer);
  return std::nullopt;
}

llvm::StringRef datatypeOf(MdcType type) {
  static constexpr llvm::StringLiteral names[] = {"",       "FP32",   "FP64",   "FP16",  "BF16",
                                                  "INT8",   "INT16",  "INT32",  "INT64", "UINT8",
                                                  "UINT16", "UINT32", "UINT64", "BOOL"};
  return names[type];
}

uint64_t elementBytesOf(Type element) {
  if (auto complex = dyn_cast<ComplexType>(element))
    return 2 * elementBytesOf(complex.getElementType());
  return (element.getIntOrFloatBitWidth() + 7) / 8;
}

} // namespace mdc::program
