// Element types as the ABI and the wire name them.
#pragma once

#include "mdc/abi.h"

#include "mlir/IR/Types.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace mdc::program {

/// Nothing for a type that no tensor of a request can have.
std::optional<MdcType> abiTypeOf(mlir::Type element);

/// Of the Open Inference Protocol: "FP32".
llvm::StringRef datatypeOf(MdcType type);

/// Bytes that an element takes in memory.
uint64_t elementBytesOf(mlir::Type element);

} // namespace mdc::program
