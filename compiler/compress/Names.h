// Names of ONNX nodes, and the patterns of a spec that choose among them.
#pragma once

#include "mlir/IR/Operation.h"
#include "llvm/ADT/ArrayRef.h"

#include <string>

namespace mdc::compress {

/// The ONNX node that `op` came from; empty where its location names none. An op that several
/// nodes were folded into has the first one's name.
std::string nodeNameOf(mlir::Operation *op);

/// Whether `name` matches one of the patterns: `*` stands for any characters, `?` for one.
bool matchesAny(llvm::ArrayRef<std::string> patterns, llvm::StringRef name);

} // namespace mdc::compress
