#include "compiler/tools/mdc/Session.h"

#include "compiler/support/Subprocess.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <CLI/CLI.hpp>

namespace mdc::tools {

void addSpecOption(CLI::App &command, Session &session) {
  command.add_option("--spec", session.specPath, "The deployment spec to read.")
      ->type_name("FILE")
      ->capture_default_str();
}

void addBuildOptions(CLI::App &command, Session &session) {
  addSpecOption(command, session);
  command.add_option("--target", session.target, "The kind of machine that the binary is for.")
      ->type_name("TARGET")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str();
}

std::string targetFlag(const Session &session) {
  return session.target == "cpu" ? "" : " --target=" + session.target;
}

std::optional<spec::Spec> readSpec(Session &session) {
  auto spec = spec::readSpec(session.specPath, session.diagnostics);
  if (!spec)
    session.exitCode = ExitBadInput;
  return spec;
}

std::string outputFolder(const spec::Spec &spec, const std::string &target) {
  llvm::SmallString<256> path;
  if (spec.folder != ".")
    path = spec.folder;
  llvm::sys::path::append(path, "dist", target);
  return path.str().str();
}

std::string binaryPath(const spec::Spec &spec, const std::string &target) {
  return outputFolder(spec, target) + '/' + spec.model.name.value;
}

std::optional<std::string> findBinary(const spec::Spec &spec, Session &session) {
  std::string path = binaryPath(spec, session.target);
  if (llvm::sys::fs::can_execute(path))
    return path;
  session.diagnostics.error(Location(path), "there is no binary yet")
      .note("run `mdc build --target=" + session.target + "` first");
  session.exitCode = ExitBadInput;
  return std::nullopt;
}

std::vector<std::string> passedOn(const CLI::App &command) {
  std::vector<std::string> words = command.remaining();
  if (!words.empty() && words.front() == "--")
    words.erase(words.begin());
  return words;
}

void becomeBinary(const std::string &word, const CLI::App &command, Session &session) {
  auto spec = readSpec(session);
  auto binary = spec ? findBinary(*spec, session) : std::nullopt;
  if (!binary)
    return;
  std::vector<std::string> words{*binary, word};
  for (std::string &passed : passedOn(command))
    words.push_back(std::move(passed));
  becomeProgram(words, session.diagnostics);
  session.exitCode = ExitBadInput;
}

} // namespace mdc::tools
