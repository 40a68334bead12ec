#include "compiler/link/Ptxas.h"
#include "compiler/link/Toolchain.h"
#include "compiler/pipeline/BackHalf.h"
#include "compiler/pipeline/FrontEnd.h"
#include "compiler/pipeline/GatedBuild.h"
#include "compiler/pipeline/LayerFacts.h"
#include "compiler/pipeline/OneBuild.h"
#include "compiler/pipeline/Options.h"
#include "compiler/pipeline/ThisMachine.h"
#include "compiler/support/NearMiss.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

#include <chrono>

namespace mdc::pipeline {

static std::string absolutePath(const std::string &path) {
  llvm::SmallString<256> full(path);
  llvm::sys::fs::make_absolute(full);
  return full.str().str();
}

static void fill(BuildReport &report, const ProgramState &state) {
  report.weightBytes = state.weightBytes;
  const CompressionTotals totals = compressionTotals(state.report);
  report.uncompressedWeightBytes = state.weightBytes + totals.weightBytesSaved;
  report.int8Share = totals.int8Share;
  report.prunedLayers = totals.prunedLayers;
  report.int8Layers = totals.int8Layers;
  report.arenaBytes = state.arenaBytes;
  report.regions = state.regions.size();
  report.steps = state.stepCount;
  uint64_t bytes = 0;
  if (!llvm::sys::fs::file_size(report.binaryPath, bytes))
    report.binaryBytes = bytes;
}

BuildReport buildOnce(const spec::Spec &spec, const codegen::Target &target,
                      const BuildFolder &folder, unsigned jobs, Stage last,
                      Diagnostics &diagnostics) {
  BuildReport report;
  report.binaryPath = folder.binaryPath;
  report.exitCode = ExitBadInput;
  // Programs that the build itself runs are for this machine's processor, whatever the target.
  std::optional<link::Toolchain> toolchain =
      link::findToolchain(link::runtimeFolder("cpu"), diagnostics);
  std::optional<link::Toolchain> linking =
      toolchain ? link::toolchainFor(target.name, *toolchain, diagnostics) : std::nullopt;
  if (!linking)
    return report;
  const BuildTools tools{*toolchain, jobs};
  FrontEnd front(spec, folder, target, tools, diagnostics);
  std::optional<ProgramState> state = front.run(last);
  if (!state) {
    report.exitCode = front.exitCode();
    return report;
  }
  // Builds in a subfolder are rounds of a loop, which plans each anew.
  std::string specPath = folder.subfolder.empty() ? absolutePath(spec.path) : "";
  BackHalf back({specPath, folder, *state, *linking, target}, spec.model.graphPath.value,
                diagnostics);
  if (!back.writePlan(manifestOf(spec, target)))
    return report;
  report.exitCode = last > Stage::Program ? back.run(last, jobs) : ExitDone;
  if (report.exitCode != ExitDone)
    return report;
  report.rebuilt = !front.reused() || back.stepsRun() > 0;
  fill(report, *state);
  return report;
}

std::optional<Target> targetOf(llvm::StringRef name) {
  if (name == "cpu")
    return Target::Cpu;
  if (name == "cuda")
    return Target::Cuda;
  return std::nullopt;
}

/// What kernels are compiled for. None after an error: a ptxas is there, but none that can be used.
static std::optional<codegen::Target> codeTargetOf(const spec::Spec &spec, Target target,
                                                   Diagnostics &diagnostics) {
  if (target == Target::Cpu)
    return cpuTargetOf(spec);
  const std::vector<link::Ptxas> all = link::listPtxas();
  const codegen::GpuArch newest = newestArchOf(spec);
  const std::string ptxas = link::choosePtxas(all, newest.ptxasSince);
  if (all.empty())
    diagnostics
        .warning(mdc::Location(), "'ptxas' not found: the binary holds PTX alone, which the driver "
                                  "compiles at each start")
        .note(link::ptxasRemedy);
  else if (ptxas.empty()) {
    link::refusePtxas(all, newest.ptxasSince, " for machine code of " + newest.name.str(),
                      diagnostics);
    return std::nullopt;
  }
  return cudaTargetOf(spec, ptxas);
}

/// A section of [compress] that changed nothing would else go unseen.
static void warnOfIdleCompression(const spec::Spec &spec, const BuildReport &report,
                                  Diagnostics &diagnostics) {
  auto warn = [&](SourcePosition position, const llvm::Twine &what) {
    diagnostics.warning(spec.at(position), what)
        .note("it takes convolutions and products with constant float weights that no pattern "
              "leaves out; `mdc explain` says why a layer stays as it is");
  };
  const auto &prune = spec.compress.prune;
  if (prune && prune->sparsity.value > 0 && report.prunedLayers == 0)
    warn(prune->position, "'compress.prune' prunes no layer of this model");
  const auto &quantize = spec.compress.quantize;
  if (quantize && report.int8Layers == 0)
    warn(quantize->position, "'compress.quantize' makes no layer of this model int8");
}

/// A binary that this machine cannot run is not built first to say so.
static bool canMeasureHere(const spec::Spec &spec, const codegen::Target &target,
                           Diagnostics &diagnostics) {
  if (target.isGpu() || llvm::any_of(target.levels, [](const lower::Machine &level) {
        return runsOnThisMachine(level.name);
      }))
    return true;
  diagnostics
      .error(spec.at(spec.cpu.isa.position), "this machine has " + levelOfThisMachine() +
                                                 ", so [accuracy] cannot be measured for " +
                                                 listOf(spec.cpu.isa.value))
      .note("add " + levelOfThisMachine() +
            " to 'target.cpu.isa', or build on a machine that has one of its levels");
  return false;
}

std::optional<BuildReport> build(const spec::Spec &spec, Target target, const BuildOptions &options,
                                 Diagnostics &diagnostics) {
  std::optional<Stage> last =
      options.stopAfter.empty() ? Stage::Finish : stageOf(options.stopAfter);
  if (!last) {
    std::vector<std::string> names;
    for (const StageRow &row : allStages())
      names.push_back(row.name.str());
    diagnostics.error("'" + options.stopAfter + "' is no stage of a build")
        .note("the stages are " + listOf(names));
    return std::nullopt;
  }
  std::optional<codegen::Target> code = codeTargetOf(spec, target, diagnostics);
  if (!code)
    return std::nullopt;
  const auto start = std::chrono::steady_clock::now();
  const bool gated = spec.accuracy && *last == Stage::Finish;
  if (gated && !canMeasureHere(spec, *code, diagnostics))
    return std::nullopt;
  BuildReport report;
  if (!gated)
    report =
        buildOnce(spec, *code, BuildFolder(spec, "", code->name), options.jobs, *last, diagnostics);
  else if (options.unmeasured)
    report = GatedBuild(spec, *code, options.jobs, diagnostics).runUnmeasured();
  else
    report = GatedBuild(spec, *code, options.jobs, diagnostics).run();
  const bool repaired = report.accuracy && !report.accuracy->repaired.empty();
  if (report.exitCode == ExitDone && *last > Stage::Program && !repaired)
    warnOfIdleCompression(spec, report, diagnostics);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

} // namespace mdc::pipeline
