#include "compiler/pipeline/StepCommands.h"

#include "compiler/package/Binary.h"
#include "compiler/pipeline/BuildFolder.h"
#include "compiler/pipeline/CompileRegion.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/support/Files.h"

#include "llvm/Support/FileSystem.h"

namespace mdc::pipeline {

static constexpr llvm::StringLiteral compileRegionWord = "compile-region";
static constexpr llvm::StringLiteral compileGpuRegionWord = "compile-gpu-region";
static constexpr llvm::StringLiteral finishWord = "finish";
static constexpr llvm::StringLiteral planWord = "plan";

std::string compilerPath() {
  static int anchor; // any address inside this program
  return llvm::sys::fs::getMainExecutable("mdc", &anchor);
}

std::vector<std::string> compileRegionCommand(const std::string &region,
                                              llvm::ArrayRef<lower::Machine> levels) {
  std::vector<std::string> words = {compilerPath(), compileRegionWord.str(),
                                    BuildFolder::regionText(region)};
  for (const lower::Machine &level : levels) {
    words.push_back(level.name.str());
    words.push_back(BuildFolder::object(region, level.name.str()));
  }
  return words;
}

/// In the place of ptxas where there is none.
static constexpr llvm::StringLiteral noPtxas = "-";

std::vector<std::string> compileGpuRegionCommand(const std::string &region,
                                                 const codegen::Target &target) {
  std::vector<std::string> words = {compilerPath(),
                                    compileGpuRegionWord.str(),
                                    BuildFolder::regionText(region),
                                    BuildFolder::object(region, target.name),
                                    BuildFolder::deviceCode(region),
                                    target.ptxas.empty() ? noPtxas.str() : target.ptxas,
                                    target.mainLoops};
  for (const codegen::GpuArch &arch : target.archs)
    words.push_back(arch.name.str());
  return words;
}

std::vector<std::string> finishCommand(const BuildFolder &folder) {
  return {compilerPath(),
          finishWord.str(),
          folder.inRoot(BuildFolder::executable),
          folder.inRoot(BuildFolder::weights),
          folder.inRoot(BuildFolder::manifest),
          folder.binaryPath};
}

std::vector<std::string> planCommand(const std::string &specPath, const std::string &target) {
  return {compilerPath(), planWord.str(), specPath, target};
}

static int badWords(llvm::StringRef step, llvm::StringRef form, Diagnostics &diagnostics) {
  diagnostics.error("'mdc " + step + "' is a step of build.ninja and takes " + form)
      .note("`mdc build` writes and runs it");
  return ExitUsage;
}

static int compileRegion(llvm::ArrayRef<std::string> words, Diagnostics &diagnostics) {
  if (words.size() < 3 || words.size() % 2 == 0)
    return badWords(compileRegionWord, "REGION.mlir LEVEL OBJECT ...", diagnostics);
  for (size_t at = 1; at < words.size(); at += 2) {
    std::optional<lower::Machine> level = lower::machineOf(words[at]);
    if (!level)
      return badWords(compileRegionWord, "a level v3, v4 or vnni", diagnostics);
    if (!compileRegionFile(words[0], *level, words[at + 1], diagnostics))
      return ExitOurBug;
  }
  return ExitDone;
}

static int compileGpuRegion(llvm::ArrayRef<std::string> words, Diagnostics &diagnostics) {
  constexpr llvm::StringLiteral form = "REGION.mlir OBJECT BITCODE PTXAS LOOPS ARCH ...";
  if (words.size() < 6)
    return badWords(compileGpuRegionWord, form, diagnostics);
  codegen::Target target;
  target.name = "cuda";
  target.ptxas = words[3] == noPtxas ? "" : words[3];
  target.mainLoops = words[4];
  for (const std::string &name : words.drop_front(5)) {
    std::optional<codegen::GpuArch> arch = codegen::gpuArchOf(name);
    if (!arch)
      return badWords(compileGpuRegionWord, form, diagnostics);
    target.archs.push_back(*arch);
  }
  return compileGpuRegionFile(words[0], target, {words[1], words[2]}, diagnostics) ? ExitDone
                                                                                   : ExitOurBug;
}

static int finish(llvm::ArrayRef<std::string> words, Diagnostics &diagnostics) {
  if (words.size() != 4)
    return badWords(finishWord, "EXECUTABLE WEIGHTS MANIFEST BINARY", diagnostics);
  auto text = readFile(words[2], diagnostics);
  if (!text)
    return ExitBadInput;
  std::optional<package::Manifest> manifest =
      package::readManifest(text->getBuffer(), words[2], diagnostics);
  if (!manifest || !package::finishBinary({words[0], words[1]}, *manifest, words[3], diagnostics))
    return ExitBadInput;
  return ExitDone;
}

static int plan(llvm::ArrayRef<std::string> words, Diagnostics &diagnostics) {
  if (words.size() != 2)
    return badWords(planWord, "a spec and a target", diagnostics);
  std::optional<Target> target = targetOf(words[1]);
  if (!target)
    return badWords(planWord, "a spec and a target", diagnostics);
  std::optional<spec::Spec> spec = spec::readSpec(words[0], diagnostics);
  if (!spec)
    return ExitBadInput;
  BuildOptions options;
  options.stopAfter = "program";
  std::optional<BuildReport> report = build(*spec, *target, options, diagnostics);
  return report ? report->exitCode : ExitBadInput;
}

std::optional<int> runStepCommand(llvm::ArrayRef<std::string> words, Diagnostics &diagnostics) {
  if (words.empty())
    return std::nullopt;
  if (words[0] == compileRegionWord)
    return compileRegion(words.drop_front(), diagnostics);
  if (words[0] == compileGpuRegionWord)
    return compileGpuRegion(words.drop_front(), diagnostics);
  if (words[0] == finishWord)
    return finish(words.drop_front(), diagnostics);
  if (words[0] == planWord)
    return plan(words.drop_front(), diagnostics);
  return std::nullopt;
}

} // namespace mdc::pipeline
