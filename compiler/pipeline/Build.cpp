#include "compiler/link/Toolchain.h"
#include "compiler/pipeline/BackHalf.h"
#include "compiler/pipeline/FrontEnd.h"
#include "compiler/pipeline/GatedBuild.h"
#include "compiler/pipeline/LayerFacts.h"
#include "compiler/pipeline/OneBuild.h"
#include "compiler/pipeline/Options.h"
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
  report.arenaBytes = state.arenaBytes;
  report.regions = state.regions.size();
  report.steps = state.stepCount;
  uint64_t bytes = 0;
  if (!llvm::sys::fs::file_size(report.binaryPath, bytes))
    report.binaryBytes = bytes;
}

BuildReport buildOnce(const spec::Spec &spec, const BuildFolder &folder, unsigned jobs, Stage last,
                      Diagnostics &diagnostics) {
  BuildReport report;
  report.binaryPath = folder.binaryPath;
  report.exitCode = ExitBadInput;
  std::optional<link::Toolchain> toolchain =
      link::findToolchain(link::runtimeFolder("cpu"), diagnostics);
  if (!toolchain)
    return report;
  const BuildTools tools{*toolchain, jobs};
  FrontEnd front(spec, folder, tools, diagnostics);
  std::optional<ProgramState> state = front.run(last);
  if (!state) {
    report.exitCode = front.exitCode();
    return report;
  }
  const std::vector<lower::Machine> levels = levelsOf(spec);
  // Builds in a subfolder are rounds of a loop, which plans each anew.
  std::string specPath = folder.subfolder.empty() ? absolutePath(spec.path) : "";
  BackHalf back({specPath, folder, *state, *toolchain, levels}, spec.model.graphPath.value,
                diagnostics);
  if (!back.writePlan(manifestOf(spec)))
    return report;
  report.exitCode = last > Stage::Program ? back.run(last, jobs) : ExitDone;
  if (report.exitCode != ExitDone)
    return report;
  report.rebuilt = !front.reused() || back.stepsRun() > 0;
  fill(report, *state);
  return report;
}

std::optional<BuildReport> build(const spec::Spec &spec, Target, const BuildOptions &options,
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
  const auto start = std::chrono::steady_clock::now();
  const bool gated = spec.accuracy && *last == Stage::Finish;
  BuildReport report = gated ? GatedBuild(spec, options.jobs, diagnostics).run()
                             : buildOnce(spec, BuildFolder(spec), options.jobs, *last, diagnostics);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

} // namespace mdc::pipeline
