// Constants of the graph as plain numbers, and back.
#pragma once

#include "dialects/graph/Graph.h"
#include "mlir/IR/Builders.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace mdc::compress {

/// All elements of a constant f32 tensor, row-major; nothing for any other value.
std::optional<std::vector<float>> floatsOf(mlir::Value value);

/// The same for an attribute.
std::optional<std::vector<float>> floatsOf(mlir::Attribute attribute);

/// A constant of these elements; large ones are kept outside the text of the IR.
mlir::Value makeConstant(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type,
                         llvm::ArrayRef<float> values);
mlir::Value makeConstant(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type,
                         llvm::ArrayRef<int8_t> values);

/// The elements at all combinations of these indices, one list for each axis of the constant.
/// Elements are whole bytes.
mlir::ElementsAttr selectElements(mlir::ElementsAttr constant,
                                  llvm::ArrayRef<std::vector<int64_t>> indices);

} // namespace mdc::compress
