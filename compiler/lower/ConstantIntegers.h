// Integer constants behind moves and arithmetic, and constants made of numbers.
#pragma once

#include "dialects/graph/Graph.h"
#include "mlir/IR/Builders.h"

#include <optional>
#include <vector>

namespace mdc::lower {

// The elements, row-major, of a value that follows from integer constants alone (through casts to
// wider integers, sums, differences, reshapes and transposes); nothing for any other.
std::optional<std::vector<int32_t>> constantIntegers(mlir::Value value);

// The elements of an f32 constant.
std::optional<std::vector<float>> constantFloats(mlir::Value value);

// Constants; large ones are kept outside the text of the IR. i8 and ui8 take the low 8 bits.
mlir::Value makeBytes(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type,
                      llvm::ArrayRef<int32_t> values);
mlir::Value makeIntegers(mlir::OpBuilder &builder, mlir::Location loc,
                         llvm::ArrayRef<int32_t> values);
// f32; of rank 0 where all values are equal, else of shape [count, 1, ...] with `trailing` ones.
mlir::Value makeChannels(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<float> values,
                         int64_t trailing);
mlir::Value makeScalar(mlir::OpBuilder &builder, mlir::Location loc, float value);

} // namespace mdc::lower
