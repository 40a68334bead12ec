#include "compiler/pipeline/Pipeline.h"
#include "compiler/tools/mdc/Commands.h"

#include <CLI/CLI.hpp>

namespace mdc::tools {

static int check(Session &session) {
  auto spec = readSpec(session);
  if (!spec)
    return ExitBadInput;
  if (!pipeline::check(*spec, session.diagnostics))
    return ExitBadInput;
  llvm::outs() << spec->path << ": '" << spec->model.name.value << "' can be built\n";
  return ExitDone;
}

static int printOps() {
  for (const std::string &op : pipeline::supportedOps())
    llvm::outs() << op << '\n';
  return ExitDone;
}

void addCheck(CLI::App &app, Session &session) {
  CLI::App &command = *app.add_subcommand(
      "check", "Says everything that can be known without building: the spec, the model, and every "
               "node that cannot be compiled.");
  addSpecOption(command, session);
  auto listOps = std::make_shared<bool>(false);
  command.add_flag("--list-ops", *listOps,
                   "Prints the ONNX operators that can be compiled, and "
                   "checks nothing.");
  command.callback(
      [listOps, &session] { session.exitCode = *listOps ? printOps() : check(session); });
}

} // namespace mdc::tools
