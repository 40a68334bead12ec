#include "compiler/plan/RunNinja.h"

#include "compiler/plan/NinjaWriter.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace mdc::plan {

namespace {

// The one line of progress. Silent unless stderr is a terminal.
class ProgressLine {
public:
  ProgressLine() : active_(::isatty(STDERR_FILENO)) {}
  ~ProgressLine() { clear(); }

  void show(const NinjaOutput &output) {
    if (!active_ || output.total() == 0)
      return;
    std::string text = "[" + std::to_string(output.done()) + "/" + std::to_string(output.total()) +
                       "] " + output.current();
    size_t columns = terminalColumns();
    if (text.size() >= columns)
      text.resize(columns - 1); // a wrapped line could not be rewritten
    std::fprintf(stderr, "\r\x1b[K%s", text.c_str());
    std::fflush(stderr);
    shown_ = true;
  }

  void clear() {
    if (shown_)
      std::fputs("\r\x1b[K", stderr);
    shown_ = false;
  }

private:
  static size_t terminalColumns() {
    winsize size;
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20)
      return 80;
    return size.ws_col;
  }

  bool active_;
  bool shown_ = false;
};

} // namespace

// Runs Ninja through a shell, hands every line of its output on and returns its exit status.
static std::optional<int> runNinja(const std::string &command, Diagnostics &diagnostics,
                                   llvm::function_ref<void(llvm::StringRef)> take) {
  FILE *pipe = ::popen(("exec " + command + " 2>&1").c_str(), "re");
  if (!pipe) {
    diagnostics.error(llvm::Twine("cannot start a shell: ") + std::strerror(errno));
    return std::nullopt;
  }
  char *line = nullptr;
  size_t capacity = 0;
  ssize_t length;
  while ((length = ::getline(&line, &capacity, pipe)) >= 0) {
    llvm::StringRef text(line, size_t(length));
    text.consume_back("\n");
    take(text);
  }
  std::free(line);
  int status = ::pclose(pipe);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
    diagnostics.error("ninja is not in PATH; it runs the steps of a build")
        .note("install the package ninja-build");
    return std::nullopt;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::optional<RunReport> run(const RunOptions &options, Diagnostics &diagnostics) {
  // Ninja's own default is two more than there are cores; a step may need gigabytes.
  const unsigned jobs = options.jobs ? options.jobs : std::thread::hardware_concurrency();
  std::vector<std::string> words = {"env",
                                    "NINJA_STATUS=" + NinjaOutput::statusFormat.str(),
                                    "ninja",
                                    "-C",
                                    options.buildFolder,
                                    "-f",
                                    options.plan,
                                    "-j" + std::to_string(std::max(jobs, 1u))};
  if (options.keepGoing)
    words.push_back("-k0");
  words.insert(words.end(), options.outputs.begin(), options.outputs.end());

  NinjaOutput output;
  ProgressLine progress;
  std::optional<int> status = runNinja(shellCommand(words), diagnostics, [&](llvm::StringRef line) {
    output.line(line);
    progress.show(output);
  });
  progress.clear();
  if (!status)
    return std::nullopt;
  if (*status != 0 && output.failures().empty()) {
    std::string cause = output.complaint().empty()
                            ? "ninja ended with status " + std::to_string(*status)
                            : output.complaint();
    diagnostics.error(Location(options.buildFolder + "/" + options.plan), cause);
    return std::nullopt;
  }
  return RunReport{output.done(), output.failures()};
}

std::optional<std::string> ninjaExplanation(const std::string &buildFolder,
                                            Diagnostics &diagnostics) {
  std::string explanation;
  // A status of 1 is a missing input, which the explanation names.
  std::optional<int> status =
      runNinja(shellCommand({"ninja", "-C", buildFolder, "-n", "-d", "explain"}), diagnostics,
               [&](llvm::StringRef line) { explanation += line.str() + "\n"; });
  if (!status)
    return std::nullopt;
  return explanation;
}

} // namespace mdc::plan
