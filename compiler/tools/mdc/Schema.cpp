#include "compiler/spec/SpecPrinter.h"
#include "compiler/tools/mdc/Commands.h"

#include <CLI/CLI.hpp>

namespace mdc::tools {

void addSchema(CLI::App &app, Session &session) {
  CLI::App &command = *app.add_subcommand(
      "schema", "Prints a JSON Schema of deploy.toml, so that editors complete and check it.");
  command.callback([] { spec::printSchema(llvm::outs()); });
}

} // namespace mdc::tools
