// Brings MLIR's diagnostics into the one error channel, with the names of the model's nodes.
#pragma once

#include "compiler/support/Diagnostics.h"

#include "mlir/IR/Diagnostics.h"

#include <string>

namespace mdc::pipeline {

/// While it lives, each error in the context is reported about `file`, at the node that its
/// location names, and each remark as a warning.
class MlirErrors {
public:
  MlirErrors(mlir::MLIRContext *context, std::string file, Diagnostics &diagnostics);

private:
  void report(mlir::Diagnostic &diagnostic);

  std::string file;
  Diagnostics &diagnostics;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace mdc::pipeline
