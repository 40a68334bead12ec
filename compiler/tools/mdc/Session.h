// What every subcommand shares: where the spec is, where results go, and how mdc will exit.
#pragma once

#include "compiler/spec/Spec.h"
#include "compiler/support/Diagnostics.h"
#include "compiler/support/ExitCode.h"

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace mdc::tools {

struct Session {
  Diagnostics diagnostics;
  std::string specPath = "deploy.toml";
  std::string target = "cpu";
  int exitCode = ExitDone;
};

void addSpecOption(CLI::App &command, Session &session);
/// --spec and --target.
void addBuildOptions(CLI::App &command, Session &session);

/// What of the command line a command has to repeat for the same binary: " --target=cuda"; empty
/// for the CPU, the default.
std::string targetFlag(const Session &session);

/// The spec of --spec; none after its errors.
std::optional<spec::Spec> readSpec(Session &session);

/// "FOLDER/dist/TARGET".
std::string outputFolder(const spec::Spec &spec, const std::string &target);

/// "FOLDER/dist/TARGET/NAME", the finished binary.
std::string binaryPath(const spec::Spec &spec, const std::string &target);

/// The same if it is there; none after an error that says how to build it.
std::optional<std::string> findBinary(const spec::Spec &spec, Session &session);

/// The words behind a subcommand that mdc did not take, to be passed on; without a leading "--".
std::vector<std::string> passedOn(const CLI::App &command);

/// Becomes `dist/TARGET/NAME WORD ...` with the words behind the subcommand, so that Ctrl-C and
/// SIGTERM reach the binary itself. Returns only after an error, with the exit code set.
void becomeBinary(const std::string &word, const CLI::App &command, Session &session);

} // namespace mdc::tools
