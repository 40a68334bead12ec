#include "compiler/pipeline/BackHalf.h"

#include "compiler/pipeline/CompileRegion.h"
#include "compiler/plan/RunNinja.h"
#include "compiler/support/Files.h"

#include "llvm/Support/MemoryBuffer.h"

#include <chrono>
#include <filesystem>

namespace mdc::pipeline {

/// Writes a file unless it holds the same text, so that its time says when it changed.
static bool writeChanged(const std::string &path, const std::string &text,
                         Diagnostics &diagnostics) {
  auto old = llvm::MemoryBuffer::getFile(path);
  if (old && (*old)->getBuffer() == text)
    return true;
  return writeFile(path, text, diagnostics);
}

bool BackHalf::writePlan(package::Manifest manifest) {
  const BuildFolder &folder = inputs_.folder;
  manifest.sourceSha256 = inputs_.state.sourceSha256;
  manifest.inputs = inputs_.state.inputs;
  manifest.outputs = inputs_.state.outputs;
  manifest.calibrations = inputs_.state.calibrations;
  manifest.regions = inputs_.state.report;
  if (!writeChanged(folder.at(BuildFolder::manifest), package::manifestText(manifest),
                    diagnostics_))
    return false;
  std::string path = folder.at(BuildFolder::plan);
  if (!buildPlanOf(inputs_).write(path, diagnostics_))
    return false;
  // Planned just now: Ninja need not plan again because the spec or the model is newer than the
  // text.
  std::error_code ignored;
  std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now(), ignored);
  return true;
}

ExitCode BackHalf::run(Stage last, unsigned jobs) {
  const BuildFolder &folder = inputs_.folder;
  plan::RunOptions run;
  run.buildFolder = folder.root;
  run.plan = folder.inRoot(BuildFolder::plan);
  run.jobs = jobs;
  run.keepGoing = true;
  if (last == Stage::Compile)
    run.outputs = objectsOf(inputs_.state, inputs_.target);
  else if (last == Stage::Link)
    run.outputs = {folder.inRoot(BuildFolder::executable)};
  std::optional<plan::RunReport> ran = plan::run(run, diagnostics_);
  if (!ran)
    return ExitBadInput;
  stepsRun_ = ran->stepsRun;
  return report(ran->failures);
}

/// ptxas that failed by itself fails for every region: its words stand for all of them.
static bool reportAssembler(llvm::ArrayRef<plan::FailedStep> failures, Diagnostics &diagnostics) {
  for (const plan::FailedStep &failure : failures) {
    const size_t at = failure.text.find(assemblerFailed);
    if (at == std::string::npos)
      continue;
    auto [message, rest] = llvm::StringRef(failure.text).substr(at).split('\n');
    PendingDiagnostic error = diagnostics.error(message);
    for (llvm::StringRef line : llvm::split(rest, '\n'))
      if (line.consume_front("mdc: note: "))
        error.note(line);
    error.note("`mdc doctor` shows the version of each 'ptxas' that is found");
    return true;
  }
  return false;
}

ExitCode BackHalf::report(llvm::ArrayRef<plan::FailedStep> failures) {
  const bool assembler = reportAssembler(failures, diagnostics_);
  bool others = false;
  for (const plan::FailedStep &failure : failures) {
    if (failure.text.find(assemblerFailed) != std::string::npos)
      continue;
    reportFailure(failure);
    others = true;
  }
  return others ? ExitOurBug : assembler ? ExitBadInput : ExitDone;
}

/// A region is named by the nodes that it came from; what the step said goes below.
void BackHalf::reportFailure(const plan::FailedStep &failure) {
  for (const RegionState &region : inputs_.state.regions) {
    if (failure.outputs.find("/" + region.name + ".") == std::string::npos)
      continue;
    std::string node = region.nodes.empty() ? region.name : region.nodes.front();
    std::string more = region.nodes.size() > 1
                           ? " (and " + std::to_string(region.nodes.size() - 1) + " more nodes)"
                           : "";
    diagnostics_
        .error(Location::ofItem(modelPath_, node),
               "the region of this node" + more + " cannot be compiled")
        .note("region " + region.name + ": " + llvm::StringRef(failure.text).rtrim().str())
        .note("this is a bug of mdc; please report it with the model");
    return;
  }
  diagnostics_.error("'" + failure.outputs + "' cannot be made")
      .note(llvm::StringRef(failure.text).rtrim());
}

} // namespace mdc::pipeline
