#include "compiler/link/Toolchain.h"
#include "compiler/pipeline/BuildPlan.h"
#include "compiler/pipeline/FrontEnd.h"
#include "compiler/pipeline/Options.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/plan/RunNinja.h"
#include "compiler/support/Files.h"
#include "compiler/support/NearMiss.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include <chrono>
#include <filesystem>

namespace mdc::pipeline {

namespace {

/// One run of `mdc build`.
class Build {
public:
  Build(const spec::Spec &spec, const BuildOptions &options, Stage last, Diagnostics &diagnostics)
      : spec(spec), options(options), last(last), diagnostics(diagnostics), folder(spec),
        levels(levelsOf(spec)) {
    report.binaryPath = folder.binaryPath;
  }

  BuildReport run() {
    std::optional<link::Toolchain> toolchain =
        link::findToolchain(link::runtimeFolder("cpu"), diagnostics);
    if (!toolchain)
      return failed(ExitBadInput);
    FrontEnd front(spec, folder, diagnostics);
    std::optional<ProgramState> state = front.run(last);
    if (!state)
      return failed(front.exitCode());
    if (!writePlan(*state, *toolchain))
      return failed(ExitBadInput);
    if (last > Stage::Program && !runPlan(*state))
      return report;
    fill(*state, front.reused());
    return report;
  }

private:
  BuildReport failed(int exitCode) {
    report.exitCode = exitCode;
    return report;
  }

  /// Writes a file unless it holds the same text, so that its time says when it changed.
  bool writeChanged(const std::string &path, const std::string &text) {
    auto old = llvm::MemoryBuffer::getFile(path);
    if (old && (*old)->getBuffer() == text)
      return true;
    return writeFile(path, text, diagnostics);
  }

  bool writePlan(const ProgramState &state, const link::Toolchain &toolchain) {
    package::Manifest manifest = manifestOf(spec);
    manifest.sourceSha256 = state.sourceSha256;
    manifest.inputs = state.inputs;
    manifest.outputs = state.outputs;
    manifest.regions = state.report;
    if (!writeChanged(folder.at(BuildFolder::manifest), package::manifestText(manifest)))
      return false;
    llvm::SmallString<256> specPath(spec.path);
    llvm::sys::fs::make_absolute(specPath);
    plan::Plan plan = buildPlanOf({specPath.str().str(), folder, state, toolchain, levels});
    std::string path = folder.at("build.ninja");
    if (!plan.write(path, diagnostics))
      return false;
    // Planned just now: Ninja need not plan again because the spec or the model is newer than the
    // text.
    std::error_code ignored;
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now(), ignored);
    return true;
  }

  bool runPlan(const ProgramState &state) {
    plan::RunOptions run;
    run.buildFolder = folder.root;
    run.jobs = options.jobs;
    run.keepGoing = true;
    if (last == Stage::Compile)
      run.outputs = objectsOf(state, levels);
    else if (last == Stage::Link)
      run.outputs = {BuildFolder::executable};
    std::optional<plan::RunReport> ran = plan::run(run, diagnostics);
    if (!ran) {
      report.exitCode = ExitBadInput;
      return false;
    }
    stepsRun = ran->stepsRun;
    for (const plan::FailedStep &failure : ran->failures)
      reportFailure(failure, state);
    if (!ran->failures.empty())
      report.exitCode = ExitOurBug;
    return ran->failures.empty();
  }

  /// A region is named by the nodes that it came from; what the step said goes below.
  void reportFailure(const plan::FailedStep &failure, const ProgramState &state) {
    for (const RegionState &region : state.regions) {
      if (failure.outputs.find("/" + region.name + ".") == std::string::npos)
        continue;
      std::string node = region.nodes.empty() ? region.name : region.nodes.front();
      std::string more = region.nodes.size() > 1
                             ? " (and " + std::to_string(region.nodes.size() - 1) + " more nodes)"
                             : "";
      diagnostics
          .error(Location::ofItem(spec.model.graphPath.value, node),
                 "the region of this node" + more + " cannot be compiled")
          .note("region " + region.name + ": " + llvm::StringRef(failure.text).rtrim().str())
          .note("this is a bug of mdc; please report it with the model");
      return;
    }
    diagnostics.error("'" + failure.outputs + "' cannot be made")
        .note(llvm::StringRef(failure.text).rtrim());
  }

  void fill(const ProgramState &state, bool frontReused) {
    report.rebuilt = !frontReused || stepsRun > 0;
    report.weightBytes = state.weightBytes;
    report.arenaBytes = state.arenaBytes;
    report.regions = state.regions.size();
    report.steps = state.stepCount;
    uint64_t bytes = 0;
    if (!llvm::sys::fs::file_size(folder.binaryPath, bytes))
      report.binaryBytes = bytes;
  }

  const spec::Spec &spec;
  const BuildOptions &options;
  Stage last;
  Diagnostics &diagnostics;
  BuildFolder folder;
  std::vector<lower::Machine> levels;
  BuildReport report;
  unsigned stepsRun = 0;
};

} // namespace

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
  BuildReport report = Build(spec, options, *last, diagnostics).run();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

} // namespace mdc::pipeline
