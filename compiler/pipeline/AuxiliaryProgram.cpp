#include "compiler/pipeline/AuxiliaryProgram.h"

#include "compiler/lower/Machine.h"
#include "compiler/pipeline/BackHalf.h"
#include "compiler/pipeline/GraphProgram.h"
#include "compiler/pipeline/StepCommands.h"
#include "compiler/plan/Fingerprint.h"
#include "compiler/support/Files.h"
#include "compiler/support/Subprocess.h"

#include "llvm/Support/FileSystem.h"

namespace mdc::pipeline {

static constexpr const char *kSamples = "samples.npz";
static constexpr const char *kResults = "results.npz";
/// What it computes decides bytes of the binary, on every machine the same.
static codegen::Target targetOfPrograms() { return {"cpu", {*lower::machineOf("v3")}, {}, ""}; }
static constexpr const char *kKey = "results.key"; ///< what the results were computed from

AuxiliaryProgram::AuxiliaryProgram(const spec::Spec &spec, const std::string &name,
                                   const BuildTools &tools, Diagnostics &diagnostics)
    : spec_(spec), tools_(tools), diagnostics_(diagnostics), folder_(spec, name) {}

/// The table names regions by their content, so with the weights, the samples and mdc itself it is
/// all that decides the results.
std::optional<std::string> AuxiliaryProgram::keyOfFiles() {
  plan::FileDigests digests(folder_.statPath);
  plan::Fingerprint key;
  for (const std::string &path :
       {compilerPath(), tools_.toolchain.observeArchive, folder_.at(BuildFolder::table),
        folder_.at(BuildFolder::weights), folder_.at(kSamples)}) {
    std::optional<std::string> digest = digests.of(path, diagnostics_);
    if (!digest)
      return std::nullopt;
    key.addDigest("file", *digest);
  }
  return key.hex();
}

bool AuxiliaryProgram::build(program::Program &program) {
  const codegen::Target target = targetOfPrograms();
  ProgramState state = stateOf(program);
  BuildPlanInputs inputs{"", folder_, state, tools_.toolchain, target};
  inputs.entry = link::Entry::Observe;
  BackHalf back(inputs, spec_.model.graphPath.value, diagnostics_);
  package::Manifest manifest;
  manifest.mdcVersion = MDC_VERSION;
  manifest.name = spec_.model.name.value;
  manifest.target = "cpu";
  manifest.isa = {"v3"};
  exitCode_ =
      back.writePlan(std::move(manifest)) ? back.run(Stage::Finish, tools_.jobs) : ExitBadInput;
  return exitCode_ == ExitDone;
}

std::optional<std::vector<NumpyArray>>
AuxiliaryProgram::run(mlir::OwningOpRef<mlir::ModuleOp> module, std::vector<program::Dim> dims,
                      llvm::ArrayRef<NumpyArray> samples) {
  const codegen::Target target = targetOfPrograms();
  if (!formRegions(*module, target))
    return fail(ExitOurBug);
  std::optional<program::Program> program =
      programOf(*module, std::move(dims), spec_.model.graphPath.value, target, diagnostics_);
  if (!program)
    return fail(ExitOurBug);
  if (!writeProgram(*program, target, folder_, diagnostics_) ||
      !writeNpz(folder_.at(kSamples), samples, diagnostics_))
    return fail(ExitBadInput);
  std::optional<std::string> key = keyOfFiles();
  if (!key)
    return fail(ExitBadInput);
  const std::string results = folder_.at(kResults);
  auto known = llvm::MemoryBuffer::getFile(folder_.at(kKey));
  if (!known || (*known)->getBuffer() != *key || !llvm::sys::fs::exists(results)) {
    if (!build(*program))
      return std::nullopt;
    std::optional<Captured> ran =
        capture({folder_.binaryPath, folder_.at(kSamples), results}, diagnostics_);
    if (!ran)
      return fail(ExitBadInput);
    if (ran->exitCode != 0) {
      diagnostics_
          .error(Location(spec_.model.graphPath.value),
                 "a program that the build runs fails: " + llvm::StringRef(ran->output).rtrim())
          .note("it is the model itself, over constants or calibration inputs");
      return fail(ExitBadInput);
    }
    if (!writeFile(folder_.at(kKey), *key, diagnostics_))
      return fail(ExitBadInput);
  }
  // As large as the model, and of no use once the results are there.
  for (const std::string &path : {folder_.binaryPath, folder_.at(BuildFolder::executable),
                                  folder_.at(BuildFolder::weights), folder_.at(kSamples)})
    llvm::sys::fs::remove(path);
  std::optional<std::vector<NumpyArray>> arrays = readNpz(results, diagnostics_);
  return arrays ? std::move(arrays) : fail(ExitBadInput);
}

} // namespace mdc::pipeline
