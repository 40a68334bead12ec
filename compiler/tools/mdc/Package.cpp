#include "compiler/package/CheckBinary.h"
#include "compiler/package/Image.h"
#include "compiler/tools/mdc/Commands.h"
#include "compiler/tools/mdc/TextTable.h"

#include <CLI/CLI.hpp>

namespace mdc::tools {

/// The port of an address that the spec's check has accepted.
static uint16_t portOf(llvm::StringRef address) {
  unsigned port = 0;
  address.rsplit(':').second.getAsInteger(10, port);
  return static_cast<uint16_t>(port);
}

static std::optional<package::ImageOptions> optionsOf(const spec::Spec &spec,
                                                      const std::string &binary, Session &session) {
  auto facts = package::inspectBinary(binary, session.diagnostics);
  auto timestampS = package::sourceDateEpoch(session.diagnostics);
  if (!facts || !timestampS)
    return std::nullopt;
  package::ImageOptions options;
  options.binaryPath = binary;
  options.outFolder = outputFolder(spec, session.target);
  options.name = facts->manifest.name;
  options.version = facts->manifest.version;
  options.reference = spec.package.image.value;
  options.referencePlace = spec.at(spec.package.image.position);
  options.port = portOf(facts->manifest.serve.http);
  options.sourceSha256 = facts->manifest.sourceSha256;
  options.mdcVersion = facts->manifest.mdcVersion;
  options.timestampS = *timestampS;
  options.forGpus = session.target == "cuda";
  if (options.forGpus) {
    auto libraries = package::systemLibraries(session.diagnostics);
    if (!libraries)
      return std::nullopt;
    options.libraries = std::move(*libraries);
  }
  return options;
}

static int writePackage(Session &session) {
  auto spec = readSpec(session);
  if (!spec)
    return ExitBadInput;
  auto binary = findBinary(*spec, session);
  if (!binary)
    return session.exitCode;
  auto options = optionsOf(*spec, *binary, session);
  if (!options)
    return ExitBadInput;
  auto image = package::writeImage(*options, session.diagnostics);
  if (!image)
    return ExitBadInput;
  llvm::outs() << image->reference << ' ' << image->digest << ", " << bytesText(image->layerBytes)
               << '\n'
               << "  " << image->layoutFolder << "  OCI image layout\n"
               << "  " << image->archivePath << "  for `docker load`\n"
               << "  " << image->composePath << "  for `docker compose up`\n";
  return ExitDone;
}

void addPackage(CLI::App &app, Session &session) {
  CLI::App &command = *app.add_subcommand(
      "package", "Writes a container image of the built binary beside it, without an engine.");
  addBuildOptions(command, session);
  command.callback([&session] { session.exitCode = writePackage(session); });
}

} // namespace mdc::tools
