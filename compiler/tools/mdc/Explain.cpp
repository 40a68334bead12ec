#include "compiler/package/CheckBinary.h"
#include "compiler/tools/mdc/Commands.h"
#include "compiler/tools/mdc/RegionText.h"

#include "llvm/Support/FormatVariadic.h"

#include <CLI/CLI.hpp>

namespace mdc::tools {

namespace {
struct ExplainOptions {
  bool json = false;
  bool html = false;
};
} // namespace

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
  else
    printRegionTable(manifest.regions, llvm::outs());
  return ExitDone;
}

void addExplain(CLI::App &app, Session &session) {
  CLI::App &command = *app.add_subcommand(
      "explain",
      "Shows what each layer of the built binary became: the nodes of each fused region, "
      "its kernel, tile, bytes and predicted share of the time.");
  auto options = std::make_shared<ExplainOptions>();
  addBuildOptions(command, session);
  auto *json = command.add_flag("--json", options->json, "Prints the regions as JSON.");
  command.add_flag("--html", options->html, "Prints one self-contained page.")->excludes(json);
  command.callback([options, &session] { session.exitCode = explain(*options, session); });
}

} // namespace mdc::tools
