#include "compiler/package/CheckBinary.h"
#include "compiler/pipeline/FolderLock.h"
#include "compiler/pipeline/OldObjects.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/pipeline/Stage.h"
#include "compiler/tools/mdc/Commands.h"
#include "compiler/tools/mdc/GateText.h"
#include "compiler/tools/mdc/RegionText.h"
#include "compiler/tools/mdc/TextTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>

namespace mdc::tools {

/// The regions that the manifest of a finished binary lists; empty if it cannot be read.
static llvm::json::Array regionsOf(const std::string &binaryPath) {
  Diagnostics silent(nullptr); // the build has just checked the file
  auto trailer = package::readTrailer(binaryPath, silent);
  if (!trailer)
    return {};
  auto text =
      llvm::MemoryBuffer::getFileSlice(binaryPath, trailer->manifestBytes, trailer->manifestOffset);
  auto manifest =
      text ? package::readManifest((*text)->getBuffer(), binaryPath, silent) : std::nullopt;
  return manifest ? std::move(manifest->regions) : llvm::json::Array();
}

static double shareOf(const llvm::json::Value &region) {
  const llvm::json::Object *object = region.getAsObject();
  return object ? object->getNumber("share").value_or(0) : 0;
}

/// The regions that cost most, as a table.
static void printDearest(const llvm::json::Array &regions, llvm::raw_ostream &out) {
  std::vector<const llvm::json::Value *> dearest;
  for (const llvm::json::Value &region : regions)
    dearest.push_back(&region);
  // Equals stay in the model's order: they lie in one array.
  llvm::sort(dearest, [](const auto *a, const auto *b) {
    return std::pair(-shareOf(*a), a) < std::pair(-shareOf(*b), b);
  });
  constexpr size_t shownCount = 5;
  out << (dearest.size() > shownCount ? "the dearest of its regions:\n" : "its regions:\n");
  llvm::json::Array shown;
  for (size_t i = 0; i < std::min(shownCount, dearest.size()); ++i)
    shown.push_back(*dearest[i]);
  printRegionTable(shown, out);
}

/// What the user has now: the path, what it is made of, and where its time will go.
static void printReport(const pipeline::BuildReport &report, const Session &session) {
  llvm::raw_ostream &out = llvm::outs();
  if (!report.rebuilt) {
    out << report.binaryPath << ": up to date\n";
    if (report.accuracy)
      printAccuracy(*report.accuracy, out);
    return;
  }
  out << report.binaryPath << ": built in " << llvm::format("%.1f", report.seconds) << " s\n";
  out << "  " << bytesText(report.binaryBytes) << ", of it weights "
      << bytesText(report.weightBytes) << "; activations of a request "
      << bytesText(report.arenaBytes) << "; " << report.steps << " steps through " << report.regions
      << " regions\n";
  if (report.uncompressedWeightBytes > report.weightBytes) {
    out << "  compressed from " << bytesText(report.uncompressedWeightBytes) << " of weights";
    if (report.int8Share > 0)
      out << "; " << llvm::format("%.1f", 100 * report.int8Share)
          << " % of the multiply-adds are int8";
    out << '\n';
  }
  if (report.accuracy)
    printAccuracy(*report.accuracy, out);
  if (llvm::json::Array regions = regionsOf(report.binaryPath); !regions.empty())
    printDearest(regions, out);
  const std::string target = targetFlag(session);
  out << "next: `mdc run" << target << "` serves it, `mdc explain" << target
      << "` shows all regions, `mdc package" << target << "` makes an image\n";
}

static int build(const pipeline::BuildOptions &options, Session &session) {
  if (options.unmeasured && session.target == "cpu") {
    session.diagnostics
        .error("--unmeasured is for targets that this machine may not be able to run")
        .note("remove [accuracy] to build for the CPU without measuring");
    return ExitUsage;
  }
  auto spec = readSpec(session);
  if (!spec)
    return ExitBadInput;
  auto lock = pipeline::FolderLock::take(*spec, session.diagnostics);
  if (!lock)
    return ExitBadInput;
  const auto start = std::chrono::system_clock::now();
  auto report =
      pipeline::build(*spec, *pipeline::targetOf(session.target), options, session.diagnostics);
  if (!report)
    return ExitBadInput;
  if (report->rebuilt)
    pipeline::removeOldObjects(*spec, session.target, start, session.diagnostics);
  const bool finished = report->exitCode == ExitDone && options.stopAfter.empty();
  if (finished)
    printReport(*report, session);
  else if (report->exitCode == ExitGateMissed && report->accuracy)
    printCulprits(*report->accuracy, llvm::outs());
  return report->exitCode;
}

void addBuild(CLI::App &app, Session &session) {
  CLI::App &command = *app.add_subcommand(
      "build", "Builds dist/TARGET/NAME beside the spec; only what changed is done again.");
  addBuildOptions(command, session);
  auto options = std::make_shared<pipeline::BuildOptions>();
  command.add_option("-j,--jobs", options->jobs, "Steps that run at once; 0: one per core.")
      ->type_name("N")
      ->capture_default_str();
  std::vector<std::string> stages;
  for (const pipeline::StageRow &row : pipeline::allStages())
    stages.push_back(row.name.str());
  command.add_option("--stop-after", options->stopAfter, "The last stage to run.")
      ->type_name("STAGE")
      ->check(CLI::IsMember(stages));
  command.add_flag("--unmeasured", options->unmeasured,
                   "Do not measure [accuracy] of a binary for GPUs; its manifest says so.");
  command.callback([options, &session] { session.exitCode = build(*options, session); });
}

} // namespace mdc::tools
