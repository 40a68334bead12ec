#include "runtime/serve/Server.h"
#include "runtime/tool/Commands.h"
#include "runtime/tool/DeviceFlags.h"
#include "runtime/tool/Tool.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <span>
#include <string_view>

namespace mdc::tool {
namespace {

// Everything that the flags of one run set.
struct CommandLine {
  exec::DeviceOptions device;
  serve::ServeOptions serve;
  InferOptions infer;
  BenchOptions bench;
  bool infoJson = false;
};

void addInputFlags(CLI::App &command, InputOptions &inputs) {
  command.add_option("--inputs", inputs.archive, "arrays by input name, .npz");
  command.add_option("--input", inputs.files, "one input: NAME=FILE.npy; may repeat")
      ->allow_extra_args(false);
}

void addServe(CLI::App &app, const exec::Manifest &manifest, CommandLine &line) {
  serve::ServeOptions &options = line.serve;
  options.http = manifest.http;
  options.contexts = manifest.contexts;
  options.queueMax = manifest.queueMax;
  options.maxBodyBytes = manifest.maxBodyBytes;
  CLI::App *command = app.add_subcommand("serve", "serve the model over HTTP until SIGTERM");
  command
      ->add_option("--http", options.http,
                   "numeric ADDRESS:PORT to listen on; port 0: any free one")
      ->envname("MDC_HTTP")
      ->capture_default_str();
  command
      ->add_option("--contexts", options.contexts,
                   "requests that compute at once; 0: one per two threads, or 2 on a GPU")
      ->envname("MDC_CONTEXTS")
      ->check(CLI::Range(0u, 4096u));
  command
      ->add_option("--queue-max", options.queueMax,
                   "requests that may wait; one more is answered 503")
      ->envname("MDC_QUEUE_MAX")
      ->capture_default_str();
  command
      ->add_option("--max-body-bytes", options.maxBodyBytes,
                   "largest request; 0: derived from the model's largest inputs")
      ->envname("MDC_MAX_BODY_BYTES");
  addDeviceFlags(*command, line.device);
  CLI::App *health = app.add_subcommand("health", "ask the own server; 0 when it is ready");
  health->add_option("--http", options.http, "address of the server")
      ->envname("MDC_HTTP")
      ->capture_default_str();
  addDeviceFlags(*health, line.device);
}

void addOthers(CLI::App &app, CommandLine &line) {
  CLI::App *infer = app.add_subcommand(
      "infer", "answer one request: files, or Open Inference Protocol JSON from stdin to stdout");
  addInputFlags(*infer, line.infer.inputs);
  infer->add_option("--outputs", line.infer.outputs, "where to write the outputs, .npz");
  infer->add_flag("--each", line.infer.each,
                  "the files' leading axis counts requests; the outputs are stacked alike");
  addDeviceFlags(*infer, line.device);

  CLI::App *bench = app.add_subcommand("bench", "measure latency, arrays to arrays");
  addInputFlags(*bench, line.bench.inputs);
  bench
      ->add_option("--dims", line.bench.dims,
                   "extent of an open dimension: NAME=EXTENT; may repeat")
      ->allow_extra_args(false);
  bench->add_option("--seconds", line.bench.seconds, "how long to measure")
      ->check(CLI::Range(0.0, 86400.0))
      ->capture_default_str();
  bench->add_flag("--profile", line.bench.profile, "also print the time spent in each region");
  bench->add_flag("--json", line.bench.jsonOnly, "print the JSON line alone");
  addDeviceFlags(*bench, line.device);

  CLI::App *info = app.add_subcommand("info", "manifest and signature");
  info->add_flag("--json", line.infoJson, "the manifest as JSON");
  addDeviceFlags(*info, line.device);
  addDeviceFlags(*app.add_subcommand("verify", "compare the file with its digests"), line.device);
}

int runCommand(const std::string &name, const Binary &binary, CommandLine &line) {
  if (line.device.threads == 0)
    line.device.threads = binary.manifest.threads;
  line.serve.device = line.device;
  if (name == "serve")
    return serve::serve(binary.model, line.serve);
  if (name == "infer")
    return infer(binary, line.device, line.infer);
  if (name == "bench")
    return bench(binary, line.device, line.bench);
  return info(binary, line.infoJson);
}

std::string versionLine(const exec::Manifest &manifest) {
  return manifest.name + " " + manifest.version + " (mdc " + manifest.mdcVersion + ", " +
         manifest.target + ")";
}

// CLI11 hands the environment to commands that were not called too; their options share storage
// with the called one's, and a variable would win over its flag.
void ignoreEnvironmentExceptFor(CLI::App &app, const std::string &called) {
  for (CLI::App *command : app.get_subcommands([](CLI::App *) { return true; }))
    if (command->get_name() != called)
      for (CLI::Option *option : command->get_options())
        option->envname("");
}

// What would have been right, from CLI11's words about a value that is wrong.
std::string expectedIn(const std::string &message) {
  constexpr std::string_view range = " not in range ", set = " not in {";
  if (size_t at = message.find(range); at != std::string::npos)
    return message.substr(at + range.size());
  if (size_t at = message.find(set); at != std::string::npos)
    return "one of " + message.substr(at + set.size(), message.size() - at - set.size() - 1);
  return "a whole number of at least 0";
}

// A value that CLI11 refuses, by the flag or the variable that it came from; false where the
// problem is another.
bool refuseValue(const CLI::App &command, const CLI::ParseError &problem,
                 std::span<char *const> words) {
  const std::string message = problem.what();
  for (const CLI::Option *option : command.get_options()) {
    const std::string name = option->get_name();
    const bool isMeant =
        message.starts_with(name + ":") || message.find(" " + name + " = ") != std::string::npos;
    if (!isMeant || option->results().empty())
      continue;
    const bool isFlag = std::ranges::any_of(
        words, [&](std::string_view word) { return word == name || word.starts_with(name + "="); });
    fail(badUsage,
         (isFlag ? name : option->get_envname()) + " is '" + option->results().back() +
             "', expected " + expectedIn(message),
         "`" + command.get_name() + " --help` lists the flags and their variables");
    return true;
  }
  return false;
}

int parseAndRun(const MdcModel &table, int argc, char **argv) {
  Binary binary;
  std::string damage;
  bool whole = binary.model.open(table, {}, damage) &&
               exec::parseManifest(binary.model.manifest(), binary.manifest, damage);
  CommandLine line;
  CLI::App app("Serves and measures the model in this file.", binary.manifest.name);
  app.set_version_flag("--version", versionLine(binary.manifest));
  app.require_subcommand(1);
  app.footer("Exit codes: 0 done; 1 bad model or data; 2 usage; 4 verify fails; 69 no device or "
             "driver; 70 a bug in mdc.");
  addServe(app, binary.manifest, line);
  addOthers(app, line);
  ignoreEnvironmentExceptFor(app, argc > 1 ? argv[1] : "");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &problem) {
    const std::span<char *const> words(argv, size_t(argc));
    for (const CLI::App *command : app.get_subcommands([](CLI::App *) { return true; }))
      if (argc > 1 && command->get_name() == argv[1] && refuseValue(*command, problem, words))
        return badUsage;
    return app.exit(problem) == 0 ? done : badUsage;
  }
  std::string name = app.get_subcommands().front()->get_name();
  if (name == "health")
    return serve::health(line.serve.http);
  if (!whole)
    return fail(name == "verify" ? verifyFailed : badData, damage,
                "copy or build the binary again");
  return name == "verify" ? verify(binary.model) : runCommand(name, binary, line);
}

} // namespace

int fail(ExitCode code, const std::string &error, const std::string &note) {
  std::fprintf(stderr, "error: %s\n", error.c_str());
  if (!note.empty())
    std::fprintf(stderr, "note: %s\n", note.c_str());
  return code;
}

int main(const MdcModel &table, int argc, char **argv) {
  try {
    return parseAndRun(table, argc, argv);
  } catch (const exec::DeviceError &problem) {
    bool isUsage = problem.kind() == exec::DeviceError::Kind::badOption;
    return fail(isUsage ? badUsage : noDevice, problem.what());
  } catch (const std::bad_alloc &) {
    return fail(badData, "out of memory", "give the process more memory or use smaller dimensions");
  } catch (const std::exception &problem) {
    return fail(ourBug, std::string("internal error: ") + problem.what(), "this is a bug in mdc");
  }
}

} // namespace mdc::tool
