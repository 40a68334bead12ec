#include "compiler/tools/mdc/Commands.h"

#include <CLI/CLI.hpp>

namespace mdc::tools {

void addBench(CLI::App &app, Session &session) {
  CLI::App &command = *app.add_subcommand(
      "bench", "Measures the built binary's latency and throughput; further words are flags of its "
               "`bench`, as in --seconds 3 --dims batch=16 --json.");
  command.allow_extras();
  addBuildOptions(command, session);
  command.callback([&command, &session] { becomeBinary("bench", command, session); });
}

} // namespace mdc::tools
