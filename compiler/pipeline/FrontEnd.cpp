#include "compiler/pipeline/FrontEnd.h"

#include "compiler/codegen/ModelTable.h"
#include "compiler/import/Import.h"
#include "compiler/lower/Lower.h"
#include "compiler/pipeline/MlirErrors.h"
#include "compiler/pipeline/Model.h"
#include "compiler/pipeline/Options.h"
#include "compiler/pipeline/StepCommands.h"
#include "compiler/program/ProgramBuilder.h"
#include "compiler/program/Weights.h"
#include "compiler/support/Files.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"

namespace mdc::pipeline {

FrontEnd::FrontEnd(const spec::Spec &spec, const BuildFolder &folder, Diagnostics &diagnostics)
    : spec_(spec), folder_(folder), diagnostics_(diagnostics), digests_(folder.statPath) {}

std::optional<ProgramState> FrontEnd::run(Stage last) {
  if (last >= Stage::Program)
    if (std::optional<ProgramState> state = reusable()) {
      reused_ = true;
      return state;
    }
  return make(last);
}

/// Empty if a file cannot be read.
std::string FrontEnd::fingerprintOf(const std::vector<std::string> &sources,
                                    Diagnostics &diagnostics) {
  plan::Fingerprint fingerprint;
  std::optional<std::string> compiler = digests_.of(compilerPath(), diagnostics);
  if (!compiler)
    return "";
  fingerprint.addDigest("mdc", *compiler).add("llvm", LLVM_VERSION_STRING);
  addToFingerprint(spec_, fingerprint);
  for (const std::string &source : sources) {
    std::optional<std::string> digest = digests_.of(source, diagnostics);
    if (!digest)
      return "";
    fingerprint.addDigest("source", *digest);
  }
  digests_.save(diagnostics);
  return fingerprint.hex();
}

std::optional<ProgramState> FrontEnd::reusable() {
  std::optional<ProgramState> state = readState(folder_.at(BuildFolder::state));
  if (!state || state->sources.empty() || state->sources.front() != spec_.model.graphPath.value)
    return std::nullopt;
  Diagnostics silent(nullptr);
  if (fingerprintOf(state->sources, silent) != state->fingerprint)
    return std::nullopt;
  bool complete = llvm::sys::fs::exists(folder_.at(BuildFolder::weights)) &&
                  llvm::sys::fs::exists(folder_.at(BuildFolder::table));
  for (const RegionState &region : state->regions)
    complete = complete && llvm::sys::fs::exists(folder_.at(BuildFolder::regionText(region.name)));
  return complete ? state : std::nullopt;
}

bool FrontEnd::print(mlir::ModuleOp module, llvm::StringRef name) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  mlir::OpPrintingFlags flags;
  flags.elideLargeElementsAttrs(16).elideLargeResourceString(16).enableDebugInfo(true, true);
  module.print(stream, flags);
  return writeFile(folder_.at(name.str()), text, diagnostics_);
}

std::optional<ProgramState> FrontEnd::make(Stage last) {
  const std::string &modelPath = spec_.model.graphPath.value;
  auto model = importer::OnnxModel::load(modelPath, diagnostics_);
  if (!model || !checkModelDims(spec_, *model, diagnostics_))
    return fail(ExitBadInput);
  mlir::DialectRegistry registry;
  lower::registerDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  auto module = importer::importModel(*model, importOptionsOf(spec_), &context, diagnostics_);
  if (!module)
    return fail(ExitBadInput);
  if (last == Stage::Import)
    return print(*module, "import.mlir") ? fail(ExitDone) : fail(ExitBadInput);

  MlirErrors errors(&context, modelPath, diagnostics_);
  mlir::PassManager passes(&context);
  lower::addSimplifyPasses(passes);
  lower::addRegionPasses(passes, {});
  if (mlir::failed(passes.run(*module)))
    return fail(ExitOurBug);
  if (last == Stage::Lower)
    return print(*module, "lower.mlir") ? fail(ExitDone) : fail(ExitBadInput);

  std::optional<program::Program> program = programOf(*module);
  if (!program)
    return fail(ExitOurBug);
  if (!writeFiles(*program))
    return fail(ExitBadInput);
  ProgramState state = stateOf(*program);
  state.sources = {modelPath};
  for (const std::string &file : model->externalFiles())
    state.sources.push_back(file);
  state.fingerprint = fingerprintOf(state.sources, diagnostics_);
  std::optional<std::string> digest = digests_.of(modelPath, diagnostics_);
  if (state.fingerprint.empty() || !digest)
    return fail(ExitBadInput);
  state.sourceSha256 = *digest;
  // Last, since it vouches for the other files.
  if (!writeFile(folder_.at(BuildFolder::state), stateText(state), diagnostics_))
    return fail(ExitBadInput);
  return state;
}

std::optional<program::Program> FrontEnd::programOf(mlir::ModuleOp module) {
  auto main = module.lookupSymbol<mlir::func::FuncOp>("main");
  std::vector<std::string> symbols;
  if (auto names = main->getAttrOfType<mlir::ArrayAttr>(graph::kDimsAttr))
    for (mlir::Attribute name : names)
      symbols.push_back(mlir::cast<mlir::StringAttr>(name).str());
  program::ProgramBuilder builder(openDimsOf(spec_, symbols), spec_.model.graphPath.value,
                                  diagnostics_);
  if (!builder.addVariant(main))
    return std::nullopt;
  return builder.take();
}

bool FrontEnd::writeFiles(program::Program &program) {
  for (const program::Region &region : program.regions) {
    // Named by its content: what is there is right, and its time tells Ninja that its objects are
    // too.
    std::string path = folder_.at(BuildFolder::regionText(region.name));
    if (!llvm::sys::fs::exists(path) && !writeFile(path, region.text, diagnostics_))
      return false;
  }
  return program::writeWeights(program, folder_.at(BuildFolder::weights), diagnostics_) &&
         codegen::writeModelTable(program, levelsOf(spec_), folder_.at(BuildFolder::table),
                                  diagnostics_);
}

} // namespace mdc::pipeline
