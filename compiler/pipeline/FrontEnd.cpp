#include "compiler/pipeline/FrontEnd.h"

#include "compiler/import/Import.h"
#include "compiler/pipeline/Compression.h"
#include "compiler/pipeline/ComputedConstants.h"
#include "compiler/pipeline/GraphProgram.h"
#include "compiler/pipeline/MlirErrors.h"
#include "compiler/pipeline/Model.h"
#include "compiler/pipeline/Options.h"
#include "compiler/pipeline/StepCommands.h"
#include "compiler/pipeline/Variants.h"
#include "compiler/support/Files.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"

namespace mdc::pipeline {

FrontEnd::FrontEnd(const spec::Spec &spec, const BuildFolder &folder, const codegen::Target &target,
                   const BuildTools &tools, Diagnostics &diagnostics)
    : spec_(spec), folder_(folder), target_(target), tools_(tools), diagnostics_(diagnostics),
      digests_(folder.statPath) {}

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
  addToFingerprint(spec_, target_, fingerprint);
  for (const std::string &source : sources) {
    std::optional<std::string> digest = digests_.of(source, diagnostics);
    if (!digest)
      return "";
    fingerprint.addDigest("source", *digest);
  }
  digests_.save(diagnostics);
  return fingerprint.hex();
}

bool FrontEnd::readsSamples() const {
  return compress::needsCalibration(compressOptionsOf(spec_, target_));
}

/// Whether the files that decided an earlier program are those that the spec names now; their
/// digests are no matter here.
bool FrontEnd::names(const std::vector<std::string> &sources) const {
  if (sources.empty() || sources.front() != spec_.model.graphPath.value)
    return false;
  return !readsSamples() || sources.back() == spec_.compress.calibrationPath.value;
}

std::optional<ProgramState> FrontEnd::reusable() {
  std::optional<ProgramState> state = readState(folder_.at(BuildFolder::state));
  if (!state || !names(state->sources))
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
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  loadDialects(context);
  auto module = importer::importModel(*model, importOptionsOf(spec_), &context, diagnostics_);
  if (!module)
    return fail(ExitBadInput);
  if (last == Stage::Import)
    return stopWith(*module, "import.mlir");

  MlirErrors errors(&context, modelPath, diagnostics_);
  if (ExitCode code = compress(*module); code != ExitDone)
    return fail(code);
  if (last == Stage::Compress)
    return stopWith(*module, "compress.mlir");
  std::vector<program::Dim> dims = openDimsOf(spec_, symbolNamesOf(*module));
  if (!splitVariants(*module, spec_) || !formRegions(*module, target_))
    return fail(ExitOurBug);
  if (last == Stage::Lower)
    return stopWith(*module, "lower.mlir");

  std::optional<program::Program> program =
      programOf(*module, std::move(dims), modelPath, target_, diagnostics_);
  if (!program)
    return fail(ExitOurBug);
  return finish(*model, *program);
}

ExitCode FrontEnd::compress(mlir::ModuleOp module) {
  if (!simplify(module))
    return ExitOurBug;
  ExitCode code = computeConstants(module, spec_, tools_, diagnostics_);
  if (code != ExitDone)
    return code;
  Compression compression(spec_, target_, tools_, diagnostics_);
  code = compression.run(module);
  calibrations_ = compression.takeCalibrations();
  return code;
}

std::nullopt_t FrontEnd::stopWith(mlir::ModuleOp module, llvm::StringRef name) {
  return fail(print(module, name) ? ExitDone : ExitBadInput);
}

std::optional<ProgramState> FrontEnd::finish(const importer::OnnxModel &model,
                                             program::Program &program) {
  const std::string &modelPath = spec_.model.graphPath.value;
  if (!writeProgram(program, target_, folder_, diagnostics_))
    return fail(ExitBadInput);
  ProgramState state = stateOf(program);
  state.calibrations = std::move(calibrations_);
  state.sources = {modelPath};
  for (const std::string &file : model.externalFiles())
    state.sources.push_back(file);
  if (readsSamples())
    state.sources.push_back(spec_.compress.calibrationPath.value);
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

} // namespace mdc::pipeline
