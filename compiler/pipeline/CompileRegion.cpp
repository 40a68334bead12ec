#include "compiler/pipeline/CompileRegion.h"

#include "compiler/codegen/Object.h"
#include "compiler/lower/Lower.h"
#include "compiler/pipeline/MlirErrors.h"
#include "compiler/program/Program.h"
#include "compiler/support/Files.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"

namespace mdc::pipeline {

bool compileRegionFile(const std::string &path, const lower::Machine &level,
                       const std::string &objectPath, Diagnostics &diagnostics) {
  std::unique_ptr<llvm::MemoryBuffer> text = readFile(path, diagnostics);
  if (!text)
    return false;
  mlir::DialectRegistry registry;
  lower::registerDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  MlirErrors errors(&context, path, diagnostics);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text->getBuffer(), &context, path);
  if (!module)
    return false;
  auto kernel = module->lookupSymbol<mlir::func::FuncOp>("kernel");
  if (!kernel) {
    diagnostics.error(mdc::Location(path), "there is no function 'kernel'");
    return false;
  }
  std::string region = llvm::sys::path::stem(path).str();
  auto lowered = lower::lowerRegion(kernel, level, program::entrySymbol(region, level.name));
  return lowered && codegen::writeObject(*lowered, level, objectPath, diagnostics);
}

} // namespace mdc::pipeline
