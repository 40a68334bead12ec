#include "compiler/tools/mdc/Commands.h"

#include <CLI/CLI.hpp>

namespace mdc::tools {

void addRun(CLI::App &app, Session &session) {
  CLI::App &command = *app.add_subcommand(
      "run", "Starts the built binary's server; further words are flags of its `serve`.");
  command.allow_extras();
  addBuildOptions(command, session);
  command.callback([&command, &session] { becomeBinary("serve", command, session); });
}

} // namespace mdc::tools
