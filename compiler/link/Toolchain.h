// The programs and libraries that turn objects into a binary: found once, before the long work.
#pragma once

#include "compiler/support/Diagnostics.h"

#include <optional>
#include <string>
#include <vector>

namespace mdc::link {

// One thing that a build needs. `mdc doctor` prints all of them, found or not.
struct Tool {
  std::string name;   // "ld.lld-22"
  std::string path;   // empty: not found
  std::string why;    // what a build uses it for
  std::string remedy; // what to do where it is missing
};

// What a build needs; every path is absolute.
struct Toolchain {
  std::string compiler;       // clang++-22, as the linker's driver: it knows the start files
  std::string linker;         // ld.lld-22
  std::string runtimeArchive; // libmdc-runtime.a: main, server and all that they use
  std::string observeArchive; // libmdc-observe.a: the main of programs that a build itself runs
  bool isStatic = true;       // else a PIE that loads libc and libm, for dlopen needs them
};

// Looks for everything in PATH, in the system's library folders and beside mdc itself.
// `libraryFolder`: the folder of libmdc-runtime.a, see runtimeFolder.
std::vector<Tool> listTools(const std::string &libraryFolder);

// One error for each missing tool; none if there was any.
std::optional<Toolchain> findToolchain(const std::string &libraryFolder, Diagnostics &diagnostics);

// For binaries of a target, with the programs of `cpu`, whose own they are; none after one error.
std::optional<Toolchain> toolchainFor(const std::string &target, const Toolchain &cpu,
                                      Diagnostics &diagnostics);

// Where the runtime archive of a target lies: "PREFIX/lib/mdc/TARGET" for an mdc at
// "PREFIX/bin/mdc".
std::string runtimeFolder(const std::string &target);

} // namespace mdc::link
