#include "compiler/link/Ptxas.h"

#include "compiler/support/Subprocess.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

namespace mdc::link {

// Of the wheel nvidia-cuda-nvcc of PyPI in an active Python environment.
static std::string pathInWheel() {
  std::optional<std::string> home = llvm::sys::Process::GetEnv("VIRTUAL_ENV");
  std::error_code error;
  for (llvm::sys::fs::directory_iterator at(home.value_or("") + "/lib", error), end;
       home && !error && at != end; at.increment(error))
    if (llvm::sys::path::filename(at->path()).starts_with("python3")) {
      std::string path = at->path() + "/site-packages/nvidia/cu13/bin/ptxas";
      if (llvm::sys::fs::exists(path))
        return path;
    }
  return "";
}

static std::vector<std::string> pathsOfPtxas() {
  std::vector<std::string> paths;
  auto add = [&](const std::string &path) {
    if (!path.empty() && llvm::sys::fs::exists(path) && !llvm::is_contained(paths, path))
      paths.push_back(path);
  };
  if (llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName("ptxas"))
    add(*path);
  std::optional<std::string> home = llvm::sys::Process::GetEnv("CUDA_HOME");
  if (home)
    add(*home + "/bin/ptxas");
  add(pathInWheel());
  if (!home)
    add("/usr/local/cuda/bin/ptxas");
  return paths;
}

llvm::VersionTuple ptxasVersionIn(llvm::StringRef output) {
  llvm::StringRef text = output.split("release ").second;
  llvm::VersionTuple version;
  if (text.empty() ||
      version.tryParse(text.take_while([](char c) { return llvm::isDigit(c) || c == '.'; })))
    return {};
  return version;
}

static Ptxas askedForVersion(const std::string &path) {
  Ptxas ptxas{path, {}, ""};
  Diagnostics silent(nullptr); // its words become the problem
  std::optional<Captured> ran = capture({path, "--version"}, silent);
  if (!ran)
    ptxas.problem = silent.all().back().message;
  else if (ptxas.version = ptxasVersionIn(ran->output); ptxas.version.empty())
    ptxas.problem = "'" + path + " --version' says no version";
  return ptxas;
}

std::vector<Ptxas> listPtxas() {
  std::vector<Ptxas> all;
  for (const std::string &path : pathsOfPtxas())
    all.push_back(askedForVersion(path));
  return all;
}

std::string choosePtxas(llvm::ArrayRef<Ptxas> all, llvm::VersionTuple oldest) {
  auto first = llvm::find_if(all, [&](const Ptxas &each) { return each.canBeUsed(oldest); });
  return first == all.end() ? "" : first->path;
}

void refusePtxas(llvm::ArrayRef<Ptxas> all, llvm::VersionTuple oldest, const std::string &why,
                 Diagnostics &diagnostics) {
  auto wrong = [](const Ptxas &ptxas) {
    return ptxas.problem.empty() ? "'" + ptxas.path + "' is " + ptxas.versionText() : ptxas.problem;
  };
  PendingDiagnostic error = diagnostics.error(wrong(all.front()) + ", expected CUDA " +
                                              oldest.getAsString() + " or newer" + why);
  for (const Ptxas &other : all.drop_front())
    error.note(wrong(other));
  error.note(ptxasRemedy);
}

} // namespace mdc::link
