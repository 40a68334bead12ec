#include "compiler/support/Subprocess.h"

#include "llvm/ADT/SmallVector.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace mdc {

/// The null-terminated form that exec wants; valid while `words` lives.
static llvm::SmallVector<char *, 16> argumentsOf(llvm::ArrayRef<std::string> words) {
  llvm::SmallVector<char *, 16> arguments;
  for (const std::string &word : words)
    arguments.push_back(const_cast<char *>(word.c_str()));
  arguments.push_back(nullptr);
  return arguments;
}

static void reportCannotStart(const std::string &program, int error, Diagnostics &diagnostics) {
  diagnostics.error("cannot start '" + program + "': " + std::strerror(error))
      .note("run `mdc doctor` to see what this machine lacks");
}

static std::optional<int> waitFor(pid_t child, const std::string &program,
                                  Diagnostics &diagnostics) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) {
      reportCannotStart(program, errno, diagnostics);
      return std::nullopt;
    }
  if (WIFEXITED(status))
    return WEXITSTATUS(status);
  diagnostics.error("'" + program + "' was ended by signal " + std::to_string(WTERMSIG(status)))
      .note("signal 9 usually means that the machine ran out of memory");
  return std::nullopt;
}

std::optional<int> run(llvm::ArrayRef<std::string> words, Diagnostics &diagnostics) {
  pid_t child = 0;
  auto arguments = argumentsOf(words);
  if (int error = posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ)) {
    reportCannotStart(words[0], error, diagnostics);
    return std::nullopt;
  }
  return waitFor(child, words[0], diagnostics);
}

std::optional<Captured> capture(llvm::ArrayRef<std::string> words, Diagnostics &diagnostics) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    reportCannotStart(words[0], errno, diagnostics);
    return std::nullopt;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  pid_t child = 0;
  auto arguments = argumentsOf(words);
  const int error =
      posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  Captured captured;
  char piece[4096];
  for (ssize_t bytes; !error && (bytes = read(ends[0], piece, sizeof piece)) != 0;) {
    if (bytes < 0 && errno != EINTR)
      break;
    if (bytes > 0)
      captured.output.append(piece, static_cast<size_t>(bytes));
  }
  close(ends[0]);
  if (error) {
    reportCannotStart(words[0], error, diagnostics);
    return std::nullopt;
  }
  std::optional<int> exitCode = waitFor(child, words[0], diagnostics);
  if (!exitCode)
    return std::nullopt;
  captured.exitCode = *exitCode;
  return captured;
}

void becomeProgram(llvm::ArrayRef<std::string> words, Diagnostics &diagnostics) {
  auto arguments = argumentsOf(words);
  execvp(arguments[0], arguments.data());
  reportCannotStart(words[0], errno, diagnostics);
}

} // namespace mdc
