#include "compiler/pipeline/GraphProgram.h"

#include "compiler/codegen/ModelTable.h"
#include "compiler/lower/Lower.h"
#include "compiler/program/ProgramBuilder.h"
#include "compiler/program/Weights.h"
#include "compiler/support/Files.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FileSystem.h"

namespace mdc::pipeline {

void loadDialects(mlir::MLIRContext &context) {
  mlir::DialectRegistry registry;
  lower::registerDialects(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
}

mlir::func::FuncOp mainOf(mlir::ModuleOp module) {
  return module.lookupSymbol<mlir::func::FuncOp>("main");
}

std::vector<std::string> symbolNamesOf(mlir::ModuleOp module) {
  std::vector<std::string> symbols;
  if (auto names = mainOf(module)->getAttrOfType<mlir::ArrayAttr>(graph::kDimsAttr))
    for (mlir::Attribute name : names)
      symbols.push_back(mlir::cast<mlir::StringAttr>(name).str());
  return symbols;
}

bool simplify(mlir::ModuleOp module) {
  mlir::PassManager passes(module.getContext());
  lower::addSimplifyPasses(passes);
  return mlir::succeeded(passes.run(module));
}

bool formRegions(mlir::ModuleOp module, const codegen::Target &target) {
  mlir::PassManager passes(module.getContext());
  lower::GraphOptions options;
  options.gpu = target.isGpu();
  options.products = target.products;
  lower::addRegionPasses(passes, options);
  return mlir::succeeded(passes.run(module));
}

std::optional<program::Program> programOf(mlir::ModuleOp module, std::vector<program::Dim> dims,
                                          const std::string &modelPath,
                                          const codegen::Target &target, Diagnostics &diagnostics) {
  program::ProgramBuilder builder(std::move(dims), modelPath, target.isGpu(), diagnostics);
  for (mlir::func::FuncOp variant : module.getOps<mlir::func::FuncOp>())
    if (!builder.addVariant(variant))
      return std::nullopt;
  return builder.take();
}

bool writeProgram(program::Program &program, const codegen::Target &target,
                  const BuildFolder &folder, Diagnostics &diagnostics) {
  for (const program::Region &region : program.regions) {
    // Named by its content: what is there is right, and its time tells Ninja that its objects are
    // too.
    std::string path = folder.at(BuildFolder::regionText(region.name));
    if (!llvm::sys::fs::exists(path) && !writeFile(path, region.text, diagnostics))
      return false;
  }
  return program::writeWeights(program, folder.at(BuildFolder::weights), diagnostics) &&
         codegen::writeModelTable(program, target, folder.at(BuildFolder::table), diagnostics);
}

} // namespace mdc::pipeline
