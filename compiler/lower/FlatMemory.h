// A pointer of the ABI as the memory that a kernel reads and writes.
#pragma once

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/IR/Builders.h"

namespace mdc::lower {

// `type`: one axis of open extent, contiguous.
inline mlir::Value flatMemory(mlir::OpBuilder &b, mlir::Location loc, mlir::Value pointer,
                              mlir::MemRefType type, const mlir::LLVMTypeConverter &converter) {
  auto descriptor = mlir::MemRefDescriptor::poison(b, loc, converter.convertType(type));
  descriptor.setAllocatedPtr(b, loc, pointer);
  descriptor.setAlignedPtr(b, loc, pointer);
  descriptor.setConstantOffset(b, loc, 0);
  descriptor.setConstantSize(b, loc, 0, INT64_MAX);
  descriptor.setConstantStride(b, loc, 0, 1);
  mlir::Value whole = descriptor;
  return mlir::UnrealizedConversionCastOp::create(b, loc, type, whole).getResult(0);
}

} // namespace mdc::lower
