#include "compiler/package/CheckBinary.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/tools/mdc/Commands.h"
#include "compiler/tools/mdc/ModelText.h"
#include "compiler/tools/mdc/TextTable.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <CLI/CLI.hpp>

namespace mdc::tools {

namespace {
struct InspectOptions {
  std::string file;
  bool json = false;
};
} // namespace

static std::string typeText(const package::ManifestTensor &tensor) {
  std::string text = tensor.datatype + " [";
  for (size_t i = 0; i < tensor.shape.size(); ++i) {
    text += i ? ", " : "";
    text += tensor.shape[i] < 0 ? "?" : std::to_string(tensor.shape[i]);
  }
  return text + "]";
}

// "2.35"; empty where no glibc is needed.
static std::string glibcText(const package::BinaryFacts &facts) {
  auto [major, minor] = facts.glibc;
  return major == 0 ? "" : std::to_string(major) + "." + std::to_string(minor);
}

static std::string librariesText(const package::BinaryFacts &facts) {
  if (facts.libraries.empty())
    return "no library";
  std::string text = llvm::join(facts.libraries, ", "), glibc = glibcText(facts);
  return glibc.empty() ? text : text + " (glibc " + glibc + " or newer)";
}

static void printFacts(const std::string &path, const package::BinaryFacts &facts,
                       llvm::raw_ostream &out) {
  const package::Manifest &manifest = facts.manifest;
  out << path << ": " << manifest.name << ' ' << manifest.version << ", built by mdc "
      << manifest.mdcVersion << " for " << manifest.target << '\n';
  TextTable table({{""}, {""}, {""}});
  table.add(
      {"size", bytesText(facts.fileBytes),
       "program " + bytesText(facts.codeBytes) + ", weights " + bytesText(facts.weightBytes)});
  table.add(
      {"needs", facts.interpreter.empty() ? "no loader" : facts.interpreter, librariesText(facts)});
  table.add({"variants", llvm::join(manifest.isa, ", "), ""});
  for (const auto &tensor : manifest.inputs)
    table.add({"input", tensor.name, typeText(tensor)});
  for (const auto &tensor : manifest.outputs)
    table.add({"output", tensor.name, typeText(tensor)});
  table.add({"serves", manifest.serve.http, "queue of " + std::to_string(manifest.serve.queueMax)});
  table.add({"source", "sha256", manifest.sourceSha256});
  table.add({"content", facts.contentIntact ? "intact" : "damaged", facts.contentSha256});
  table.add({"manifest", facts.manifestIntact ? "intact" : "damaged", ""});
  table.print(out);
}

static void printFactsJson(const package::BinaryFacts &facts, llvm::raw_ostream &out) {
  llvm::json::Object all{{"file_bytes", static_cast<int64_t>(facts.fileBytes)},
                         {"code_bytes", static_cast<int64_t>(facts.codeBytes)},
                         {"weight_bytes", static_cast<int64_t>(facts.weightBytes)},
                         {"content_sha256", facts.contentSha256},
                         {"content_intact", facts.contentIntact},
                         {"manifest_intact", facts.manifestIntact},
                         {"libraries", llvm::json::Array(facts.libraries)},
                         {"glibc", glibcText(facts)}};
  auto manifest = llvm::json::parse(facts.manifestJson);
  all["manifest"] = manifest ? std::move(*manifest) : llvm::json::Value(nullptr);
  if (!manifest)
    llvm::consumeError(manifest.takeError());
  out << llvm::formatv("{0:2}", llvm::json::Value(std::move(all))) << '\n';
}

static int inspectBinary(const InspectOptions &options, Session &session) {
  auto facts = package::inspectBinary(options.file, session.diagnostics);
  if (!facts)
    return ExitBadInput;
  if (options.json)
    printFactsJson(*facts, llvm::outs());
  else
    printFacts(options.file, *facts, llvm::outs());
  llvm::outs().flush();
  if (facts->contentIntact && facts->manifestIntact)
    return ExitDone;
  session.diagnostics.error(Location(options.file), "the file was changed after it was built")
      .note("build it again with `mdc build`, or fetch it again");
  return ExitMismatch;
}

static int inspectModel(const InspectOptions &options, Session &session) {
  auto model = pipeline::describe(options.file, session.diagnostics);
  if (!model)
    return ExitBadInput;
  if (options.json)
    llvm::outs() << llvm::formatv("{0:2}", llvm::json::Value(modelJson(*model))) << '\n';
  else
    printModel(options.file, *model, llvm::outs());
  return ExitDone;
}

static int inspect(const InspectOptions &options, Session &session) {
  if (package::looksLikeBinary(options.file))
    return inspectBinary(options, session);
  if (!package::looksLikeDamagedBinary(options.file))
    return inspectModel(options, session);
  session.diagnostics
      .error(Location(options.file),
             "this binary of mdc does not end with a model's trailer; it was "
             "stripped or cut off, or has bytes behind its end")
      .note("build it again with `mdc build`, or fetch it again");
  return ExitMismatch;
}

void addInspect(CLI::App &app, Session &session) {
  CLI::App &command = *app.add_subcommand(
      "inspect",
      "Shows what is inside a built binary or an ONNX model, and checks a binary's digests.");
  auto options = std::make_shared<InspectOptions>();
  command.add_option("file", options->file, "A binary of mdc or an ONNX model.")
      ->type_name("FILE")
      ->required();
  command.add_flag("--json", options->json, "Prints JSON instead of a table.");
  command.callback([options, &session] { session.exitCode = inspect(*options, session); });
}

} // namespace mdc::tools
