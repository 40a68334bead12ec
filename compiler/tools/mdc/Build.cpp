#include "compiler/package/CheckBinary.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/tools/mdc/Commands.h"
#include "compiler/tools/mdc/TextTable.h"

#include "llvm/Support/Format.h"

#include <CLI/CLI.hpp>

#include <chrono>

namespace mdc::tools {

/// What the user has now: the path, its size and what that is made of.
static void printReport(const pipeline::BuildReport &report, double seconds, Session &session) {
  llvm::raw_ostream &out = llvm::outs();
  auto facts = package::readTrailer(report.binaryPath, session.diagnostics);
  out << report.binaryPath << ": ";
  if (!report.rebuilt) {
    out << "up to date\n";
    return;
  }
  out << "built in " << llvm::format("%.1f", seconds) << " s";
  if (facts) {
    const uint64_t programBytes = facts->weightsOffset;
    out << ", " << bytesText(programBytes + facts->weightsBytes) << ": program "
        << bytesText(programBytes) << ", weights " << bytesText(facts->weightsBytes);
  }
  out << "\nnext: `mdc run` serves it, `mdc explain` shows each region, `mdc package` makes an "
         "image\n";
}

static int build(const pipeline::BuildOptions &options, Session &session) {
  if (!targetIsBuilt(session))
    return session.exitCode;
  auto spec = readSpec(session);
  if (!spec)
    return ExitBadInput;
  const auto start = std::chrono::steady_clock::now();
  auto report = pipeline::build(*spec, pipeline::Target::Cpu, options, session.diagnostics);
  if (!report)
    return ExitBadInput;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  printReport(*report, elapsed.count(), session);
  return ExitDone;
}

void addBuild(CLI::App &app, Session &session) {
  CLI::App &command = *app.add_subcommand(
      "build", "Builds dist/TARGET/NAME beside the spec; only what changed is done again.");
  addBuildOptions(command, session);
  auto options = std::make_shared<pipeline::BuildOptions>();
  command.add_option("-j,--jobs", options->jobs, "Steps that run at once; 0: one per core.")
      ->type_name("N")
      ->capture_default_str();
  command.callback([options, &session] { session.exitCode = build(*options, session); });
}

} // namespace mdc::tools
