// mdc: from deploy.toml and a model to one serving binary.
#include "compiler/pipeline/StepCommands.h"
#include "compiler/support/NearMiss.h"
#include "compiler/tools/mdc/Commands.h"

#include <CLI/CLI.hpp>

using namespace mdc;

static const char exitCodes[] = R"(Exit codes:
  0   done
  1   a bad spec, model or data file
  2   a command line that mdc does not understand
  3   the accuracy gate is missed
  4   test or inspect found a difference
  69  no device or driver
  70  a bug of mdc

A spec, deploy.toml, says what is deployed; start with `mdc init model.onnx`.)";

static void addCommands(CLI::App &app, tools::Session &session) {
  tools::addInit(app, session);
  tools::addCheck(app, session);
  tools::addBuild(app, session);
  tools::addRun(app, session);
  tools::addTest(app, session);
  tools::addBench(app, session);
  tools::addExplain(app, session);
  tools::addInspect(app, session);
  tools::addPackage(app, session);
  tools::addSchema(app, session);
  tools::addClean(app, session);
  tools::addDoctor(app, session);
}

/// An unknown subcommand gets a suggestion; CLI11 would only call it an unexpected argument.
static bool knowsCommand(const CLI::App &app, int argc, char **argv, Diagnostics &diagnostics) {
  if (argc < 2 || argv[1][0] == '-')
    return true;
  std::vector<std::string> names;
  for (const CLI::App *command : app.get_subcommands([](const CLI::App *) { return true; }))
    names.push_back(command->get_name());
  if (std::find(names.begin(), names.end(), argv[1]) != names.end())
    return true;
  PendingDiagnostic error = diagnostics.error("unknown command '" + llvm::Twine(argv[1]) + "'");
  if (auto near = nearMiss(argv[1], names))
    error.note("did you mean `mdc " + *near + "`?");
  else
    error.note("the commands are " + listOf(names));
  return false;
}

static int reportUsage(const CLI::ParseError &problem, const CLI::App &app,
                       Diagnostics &diagnostics) {
  const auto chosen = app.get_subcommands();
  const std::string command = chosen.empty() ? "mdc" : "mdc " + chosen.front()->get_name();
  std::string what = problem.what();
  if (!what.empty())
    what.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(what.front())));
  diagnostics.error(what).note("`" + command + " --help` says what it takes");
  return ExitUsage;
}

int main(int argc, char **argv) {
  tools::Session session;
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (auto exitCode = pipeline::runStepCommand(words, session.diagnostics))
    return *exitCode; // one of the steps of build.ninja
  CLI::App app("mdc turns a deployment spec and an ONNX model into one serving binary.", "mdc");
  app.set_version_flag("--version", "mdc " MDC_VERSION, "Prints mdc's version.");
  app.set_help_flag("-h,--help", "Prints this help.");
  app.require_subcommand(1);
  addCommands(app, session);
  app.footer(exitCodes); // behind the commands, which would inherit it
  if (!knowsCommand(app, argc, argv, session.diagnostics))
    return ExitUsage;
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success &asked) { // --help or --version
    return app.exit(asked);
  } catch (const CLI::ParseError &problem) {
    return reportUsage(problem, app, session.diagnostics);
  }
  return session.exitCode;
}
