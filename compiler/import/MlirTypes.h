// ONNX's element types and tensors as MLIR's.
#pragma once

#include "compiler/import/OnnxModel.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

#include <memory>

namespace mdc::importer {

/// Signed integers are signless (i64), unsigned ones are ui8 ...; null for types that are not
/// supported.
mlir::Type mlirType(ElementType type, mlir::MLIRContext *context);

/// "float", "int64", ... as ONNX calls it.
std::string onnxTypeName(mlir::Type type);

/// A constant of the tensor's values. Up to kMaxCopiedElements they are copied, so that they can
/// fold; larger ones stay where they are and keep `storage` alive. The tensor must have no problem.
mlir::ElementsAttr elementsOf(const Tensor &tensor, const std::shared_ptr<const void> &storage,
                              mlir::MLIRContext *context);

inline constexpr int64_t kMaxCopiedElements = 8192;

} // namespace mdc::importer
