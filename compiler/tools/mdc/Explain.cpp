#include "compiler/package/CheckBinary.h"
#include "compiler/pipeline/WhyBuild.h"
#include "compiler/tools/mdc/Commands.h"
#include "compiler/tools/mdc/RegionText.h"

#include "llvm/Support/FormatVariadic.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace mdc::tools {

namespace {
struct ExplainOptions {
  bool json = false;
  bool html = false;
};
} // namespace

/// What `mdc build` would do now; false after an error.
static bool printStepsNeeded(const spec::Spec &spec, Session &session) {
  auto steps = pipeline::whyBuild(spec, *pipeline::targetOf(session.target), session.diagnostics);
  if (!steps)
    return false;
  constexpr size_t shownCount = 12;
  const std::string command = "`mdc build" + targetFlag(session) + "`";
  if (steps->empty())
    llvm::outs() << command << " would run nothing: all is up to date\n";
  else
    llvm::outs() << command << " would run:\n";
  for (size_t i = 0; i < std::min(shownCount, steps->size()); ++i)
    llvm::outs() << "  " << (*steps)[i].step << ": " << (*steps)[i].why << '\n';
  if (steps->size() > shownCount)
    llvm::outs() << "  and " << steps->size() - shownCount << " more steps\n";
  return true;
}

static void printCalibrations(const llvm::json::Array &calibrations) {
  for (const llvm::json::Value &value : calibrations) {
    const llvm::json::Object *run = value.getAsObject();
    if (!run)
      continue;
    auto count = [&](llvm::StringRef key) { return run->getInteger(key).value_or(0); };
    llvm::outs() << "calibrated on " << count("samples") << " samples of "
                 << run->getString("set").value_or("?") << ':';
    if (int64_t ranges = count("ranges"))
      llvm::outs() << " the range of " << ranges << " values";
    if (int64_t grams = count("grams"))
      llvm::outs() << (count("ranges") ? ", the" : " the") << " Gram matrix of " << grams
                   << " layers";
    llvm::outs() << '\n';
  }
}

static int explain(const ExplainOptions &options, Session &session) {
  auto spec = readSpec(session);
  if (!spec)
    return ExitBadInput;
  auto binary = findBinary(*spec, session);
  if (!binary)
    return session.exitCode;
  auto facts = package::inspectBinary(*binary, session.diagnostics);
  if (!facts)
    return ExitBadInput;
  const package::Manifest &manifest = facts->manifest;
  if (options.json)
    llvm::outs() << llvm::formatv("{0:2}", llvm::json::Value(llvm::json::Array(manifest.regions)))
                 << '\n';
  else if (options.html)
    printRegionPage(manifest.name + " " + manifest.version, manifest.regions, llvm::outs());
  else {
    printCalibrations(manifest.calibrations);
    printRegionTable(manifest.regions, llvm::outs());
  }
  if (!options.json && !options.html && !printStepsNeeded(*spec, session))
    return ExitBadInput;
  return ExitDone;
}

void addExplain(CLI::App &app, Session &session) {
  CLI::App &command = *app.add_subcommand(
      "explain",
      "Shows what each layer of the built binary became: the nodes of each fused region, "
      "its kernel, tile (a CPU's with AVX-512), bytes and predicted share of the time; and why a "
      "step of `mdc build` would run now.");
  auto options = std::make_shared<ExplainOptions>();
  addBuildOptions(command, session);
  auto *json = command.add_flag("--json", options->json, "Prints the regions as JSON.");
  command.add_flag("--html", options->html, "Prints one self-contained page.")->excludes(json);
  command.callback([options, &session] { session.exitCode = explain(*options, session); });
}

} // namespace mdc::tools
