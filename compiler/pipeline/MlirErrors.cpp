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
  mdc::Location place = placeOf(diagnostic.getLocation(), file);
  bool isError = diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error;
  if (!isError && diagnostic.getSeverity() != mlir::DiagnosticSeverity::Remark)
    return;
  PendingDiagnostic said = isError ? diagnostics.error(place, diagnostic.str())
                                   : diagnostics.warning(place, diagnostic.str());
  for (mlir::Diagnostic &note : diagnostic.getNotes())
    said.note(note.str());
}

} // namespace mdc::pipeline
