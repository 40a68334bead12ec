// The names of all files that a build writes, below the folder of deploy.toml.
#pragma once

#include "compiler/spec/Spec.h"

#include "llvm/ADT/StringRef.h"

#include <string>

namespace mdc::pipeline {

/// Names without a leading "FOLDER/" are relative to `root`, where Ninja runs. Builds of one spec
/// that differ in compression lie side by side: each has files of its own in a subfolder, and
/// regions and objects, which are named by content, belong to all.
struct BuildFolder {
  /// `subfolder` empty: the files lie in `root` and the binary in dist/. Else all of them lie in
  /// the subfolder.
  explicit BuildFolder(const spec::Spec &spec, std::string subfolder = "",
                       const std::string &target = "cpu");

  std::string root;       ///< ".mdc/TARGET", absolute
  std::string subfolder;  ///< of `root`; may be empty
  std::string binaryPath; ///< "dist/TARGET/NAME", absolute
  std::string statPath;   ///< digests of files by their times

  /// As Ninja names the file.
  std::string inRoot(llvm::StringRef name) const {
    const bool shared = name.starts_with("regions/") || name.starts_with("objects/");
    return subfolder.empty() || shared ? name.str() : subfolder + "/" + name.str();
  }
  std::string at(llvm::StringRef name) const { return root + "/" + inRoot(name); }

  static constexpr const char *plan = "build.ninja";
  static constexpr const char *state = "program.json";
  static constexpr const char *weights = "weights.bin";
  static constexpr const char *table = "model.o";
  static constexpr const char *manifest = "manifest.json";
  static constexpr const char *executable = "model.elf";
  static std::string regionText(const std::string &region) { return "regions/" + region + ".mlir"; }
  static std::string object(const std::string &region, const std::string &isa) {
    return "objects/" + region + "." + isa + ".o";
  }
  /// LLVM IR of a region's GPU kernels, before it is PTX.
  static std::string deviceCode(const std::string &region) {
    return "objects/" + region + ".cuda.bc";
  }
};

} // namespace mdc::pipeline
