#include "compiler/pipeline/Pipeline.h"
#include "compiler/spec/SpecPrinter.h"
#include "compiler/support/Files.h"
#include "compiler/tools/mdc/Commands.h"
#include "compiler/tools/mdc/ModelText.h"

#include "llvm/Support/FileSystem.h"

#include <CLI/CLI.hpp>

#include <filesystem>

namespace mdc::tools {

namespace {
struct InitOptions {
  std::string model;
  bool force = false;
};
} // namespace

/// The graph's path as deploy.toml should name it: relative to its own folder.
static std::string relativeTo(const std::string &specPath, const std::string &model) {
  std::error_code error;
  const auto folder = std::filesystem::absolute(specPath, error).parent_path();
  const auto relative = std::filesystem::relative(model, folder, error);
  return error || relative.empty() ? model : relative.string();
}

static int init(const InitOptions &options, Session &session) {
  if (!options.force && llvm::sys::fs::exists(session.specPath)) {
    session.diagnostics.error(Location(session.specPath), "the file exists already")
        .note("--force overwrites it; --spec FILE writes another");
    return ExitBadInput;
  }
  auto model = pipeline::describe(options.model, session.diagnostics);
  if (!model)
    return ExitBadInput;
  spec::TemplateModel shown;
  shown.name = spec::modelNameFrom(options.model);
  shown.graphFile = relativeTo(session.specPath, options.model);
  shown.inputs = signatureOf(model->inputs);
  shown.outputs = signatureOf(model->outputs);
  std::string text;
  llvm::raw_string_ostream out(text);
  spec::printTemplate(shown, out);
  if (!writeFile(session.specPath, text, session.diagnostics))
    return ExitBadInput;
  llvm::outs() << "wrote " << session.specPath << "; next: `mdc check`, `mdc build`\n";
  return ExitDone;
}

void addInit(CLI::App &app, Session &session) {
  CLI::App &command = *app.add_subcommand(
      "init",
      "Writes a commented deploy.toml with the model's real inputs, outputs and dimensions.");
  auto options = std::make_shared<InitOptions>();
  command.add_option("model", options->model, "The ONNX file.")->type_name("MODEL")->required();
  command.add_flag("--force", options->force, "Overwrites a deploy.toml that is there.");
  addSpecOption(command, session);
  command.callback([options, &session] { session.exitCode = init(*options, session); });
}

} // namespace mdc::tools
