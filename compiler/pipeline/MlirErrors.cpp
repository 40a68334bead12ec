#include "compiler/pipeline/MlirErrors.h"

#include "compiler/program/RegionOutline.h"

namespace mdc::pipeline {

MlirErrors::MlirErrors(mlir::MLIRContext *context, std::string file, Diagnostics &diagnostics)
    : file(std::move(file)), diagnostics(diagnostics),
      handler(context, [this](mlir::Diagnostic &diagnostic) {
        report(diagnostic);
        return mlir::success();
      }) {}

static mdc::Location placeOf(mlir::Location location, const std::string &file) {
  std::vector<std::string> nodes;
  program::collectNodes(location, nodes);
  if (!nodes.empty())
    return mdc::Location::ofItem(file, nodes.front());
  if (auto line = mlir::dyn_cast<mlir::FileLineColLoc>(location))
    return mdc::Location(file, {line.getLine(), line.getColumn()});
  return mdc::Location(file);
}

void MlirErrors::report(mlir::Diagnostic &diagnostic) {
  if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error)
    return;
  PendingDiagnostic error =
      diagnostics.error(placeOf(diagnostic.getLocation(), file), diagnostic.str());
  for (mlir::Diagnostic &note : diagnostic.getNotes())
    error.note(note.str());
}

} // namespace mdc::pipeline
