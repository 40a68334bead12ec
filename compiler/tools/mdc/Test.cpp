#include "compiler/support/Subprocess.h"
#include "compiler/tools/mdc/Commands.h"
#include "compiler/tools/mdc/OutputComparison.h"
#include "compiler/tools/mdc/TextTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"

#include <CLI/CLI.hpp>

namespace mdc::tools {

static std::string number(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.2e", value);
  return text;
}

static bool requireTestData(const spec::Spec &spec, Session &session) {
  if (spec.test.inputsPath.given() && spec.test.outputsPath.given())
    return true;
  const char *missing = spec.test.inputsPath.given() ? "outputs" : "inputs";
  session.diagnostics.error(Location(spec.path), llvm::Twine("'test.") + missing + "' is missing")
      .note(llvm::Twine("add `") + missing + " = \"FILE.npz\"` under [test], arrays by " +
            (missing[0] == 'i' ? "input" : "output") + " name");
  return false;
}

/// Runs the binary's `infer` into a temporary file; none after an error, with the exit code set.
static std::optional<std::vector<NumpyArray>> infer(const spec::Spec &spec,
                                                    const std::string &binary,
                                                    const CLI::App &command, Session &session) {
  llvm::SmallString<128> outputs;
  session.exitCode = ExitBadInput;
  if (std::error_code error =
          llvm::sys::fs::createTemporaryFile("mdc-test-outputs", "npz", outputs)) {
    session.diagnostics.error("cannot make a temporary file: " + error.message())
        .note("check the free space, or set TMPDIR");
    return std::nullopt;
  }
  const llvm::scope_exit remove([&] { llvm::sys::fs::remove(outputs); });
  std::vector<std::string> words{
      binary, "infer", "--inputs", spec.test.inputsPath.value, "--outputs", outputs.str().str()};
  for (std::string &word : passedOn(command))
    words.push_back(std::move(word));
  auto exitCode = run(words, session.diagnostics);
  if (!exitCode || *exitCode != 0) {
    session.exitCode = exitCode.value_or(ExitBadInput);
    return std::nullopt;
  }
  return readNpz(outputs.str().str(), session.diagnostics);
}

static int report(const std::vector<OutputComparison> &results, double tolerance) {
  TextTable table({{"output"}, {"type"}, {"error", true}, {"allowed", true}, {"verdict"}});
  for (const OutputComparison &result : results) {
    const bool compared = result.problem.empty();
    const std::string verdict =
        result.holds ? "holds"
        : compared   ? "differs most at element " + std::to_string(result.worstElement)
                     : result.problem;
    const bool exact = !llvm::StringRef(result.type).starts_with("float");
    table.add({result.name, result.type, compared ? number(result.relativeError) : "-",
               exact ? "0" : number(tolerance), verdict});
  }
  table.print(llvm::outs());
  const size_t failed =
      llvm::count_if(results, [](const OutputComparison &result) { return !result.holds; });
  llvm::outs() << results.size() - failed << " of " << results.size() << " outputs hold\n";
  return failed == 0 ? ExitDone : ExitMismatch;
}

static int test(const CLI::App &command, Session &session) {
  auto spec = readSpec(session);
  if (!spec || !requireTestData(*spec, session))
    return ExitBadInput;
  auto binary = findBinary(*spec, session);
  if (!binary)
    return session.exitCode;
  auto references = readNpz(spec->test.outputsPath.value, session.diagnostics);
  if (!references)
    return ExitBadInput;
  if (references->empty()) {
    session.diagnostics.error(Location(spec->test.outputsPath.value), "holds no array")
        .note("save at least one expected output by its name");
    return ExitBadInput;
  }
  auto actuals = infer(*spec, *binary, command, session);
  if (!actuals)
    return session.exitCode;
  return report(compareOutputs(*references, *actuals, spec->test.tolerance.value),
                spec->test.tolerance.value);
}

void addTest(CLI::App &app, Session &session) {
  CLI::App &command = *app.add_subcommand(
      "test", "Compares the built binary's answers to [test].inputs with [test].outputs; further "
              "words are flags of its `infer`, as in --isa v3.");
  command.allow_extras();
  command.footer(
      "Exits with 4 if an output differs by more than [test].tolerance times the largest "
      "magnitude of its reference.");
  addBuildOptions(command, session);
  command.callback([&command, &session] { session.exitCode = test(command, session); });
}

} // namespace mdc::tools
