#include "compiler/link/Toolchain.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <algorithm>

namespace mdc::link {

namespace {

enum class Kind { Program, CLibrary, CxxLibrary, RuntimeArchive };

struct Need {
  Kind kind;
  const char *name;
  const char *why;
  const char *remedy;
};

// Everything that a CPU build uses besides mdc, in the order in which it is used.
constexpr Need needs[] = {
    {Kind::Program, "ninja", "runs the steps of a build", "install the package ninja-build"},
    {Kind::Program, "clang++-22", "drives the linker and knows the C start files",
     "install the package clang-22"},
    {Kind::Program, "ld.lld-22", "links the binary", "install the package lld-22"},
    {Kind::CLibrary, "libc.a", "the binary is static, so that it runs in an empty image",
     "install the package libc6-dev"},
    {Kind::CxxLibrary, "libstdc++.a", "the binary is static, so that it runs in an empty image",
     "install the package libstdc++-12-dev"},
    {Kind::RuntimeArchive, "libmdc-runtime.a", "the server and the command line of every binary",
     "build mdc again; the archive lies in lib/mdc/cpu beside mdc's own bin folder"},
    {Kind::RuntimeArchive, "libmdc-observe.a",
     "the programs that a build runs itself: constants and calibration",
     "build mdc again; the archive lies in lib/mdc/cpu beside mdc's own bin folder"},
};

} // namespace

static std::string inFolder(llvm::StringRef folder, llvm::StringRef name) {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  return llvm::sys::fs::exists(path) ? path.str().str() : "";
}

static std::string findCLibrary(llvm::StringRef name) {
  for (llvm::StringRef folder : {"/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"})
    if (std::string path = inFolder(folder, name); !path.empty())
      return path;
  return "";
}

// GCC keeps its C++ library in a folder a version; clang takes the newest one.
static std::string findCxxLibrary(llvm::StringRef name) {
  std::string best;
  int bestVersion = -1;
  std::error_code error;
  for (llvm::StringRef triple :
       {"x86_64-linux-gnu", "x86_64-redhat-linux", "x86_64-pc-linux-gnu"}) {
    const std::string folder = ("/usr/lib/gcc/" + triple).str();
    for (llvm::sys::fs::directory_iterator it(folder, error), end; it != end && !error;
         it.increment(error)) {
      int version = 0;
      llvm::StringRef versionText = llvm::sys::path::filename(it->path());
      if (versionText.consumeInteger(10, version) || version <= bestVersion)
        continue;
      if (std::string path = inFolder(it->path(), name); !path.empty()) {
        best = path;
        bestVersion = version;
      }
    }
  }
  return best;
}

static std::string find(const Need &need, const std::string &libraryFolder) {
  switch (need.kind) {
  case Kind::Program:
    if (llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(need.name))
      return *path;
    return "";
  case Kind::CLibrary:
    return findCLibrary(need.name);
  case Kind::CxxLibrary:
    return findCxxLibrary(need.name);
  case Kind::RuntimeArchive:
    return inFolder(libraryFolder, need.name);
  }
  return "";
}

std::vector<Tool> listTools(const std::string &libraryFolder) {
  std::vector<Tool> tools;
  for (const Need &need : needs)
    tools.push_back({need.name, find(need, libraryFolder), need.why, need.remedy});
  return tools;
}

std::optional<Toolchain> findToolchain(const std::string &libraryFolder, Diagnostics &diagnostics) {
  std::vector<Tool> tools = listTools(libraryFolder);
  bool complete = true;
  for (const Tool &tool : tools) {
    if (!tool.path.empty())
      continue;
    diagnostics.error("'" + tool.name + "' not found: " + tool.why).note(tool.remedy);
    complete = false;
  }
  if (!complete)
    return std::nullopt;
  auto pathOf = [&](llvm::StringRef name) {
    return std::find_if(tools.begin(), tools.end(),
                        [&](const Tool &tool) { return tool.name == name; })
        ->path;
  };
  return Toolchain{pathOf("clang++-22"), pathOf("ld.lld-22"), pathOf("libmdc-runtime.a"),
                   pathOf("libmdc-observe.a")};
}

std::optional<Toolchain> toolchainFor(const std::string &target, const Toolchain &cpu,
                                      Diagnostics &diagnostics) {
  Toolchain toolchain = cpu;
  if (target == "cpu")
    return toolchain;
  const std::string folder = runtimeFolder(target);
  toolchain.isStatic = false;
  toolchain.runtimeArchive = inFolder(folder, "libmdc-runtime.a");
  if (!toolchain.runtimeArchive.empty())
    return toolchain;
  diagnostics.error("'libmdc-runtime.a' not found: the server and the command line of every binary")
      .note("build mdc again; the archive lies in " + folder);
  return std::nullopt;
}

std::string runtimeFolder(const std::string &target) {
  static int anchor; // any address inside this program
  llvm::SmallString<256> folder(llvm::sys::fs::getMainExecutable("mdc", &anchor));
  llvm::sys::path::remove_filename(folder);
  llvm::sys::path::append(folder, "..", "lib", "mdc", target);
  llvm::sys::path::remove_dots(folder, /*remove_dot_dot=*/true);
  return folder.str().str();
}

} // namespace mdc::link
