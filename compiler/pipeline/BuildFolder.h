// The names of all files that a build writes, below the folder of deploy.toml.
#pragma once

#include "compiler/spec/Spec.h"

#include <string>

namespace mdc::pipeline {

/// Names without a leading "FOLDER/" are relative to `root`, where Ninja runs.
struct BuildFolder {
  explicit BuildFolder(const spec::Spec &spec);

  std::string root;       ///< ".mdc/cpu", absolute
  std::string binaryPath; ///< "dist/cpu/NAME", absolute
  std::string statPath;   ///< digests of files by their times

  std::string at(const std::string &name) const { return root + "/" + name; }

  static constexpr const char *state = "program.json";
  static constexpr const char *weights = "weights.bin";
  static constexpr const char *table = "model.o";
  static constexpr const char *manifest = "manifest.json";
  static constexpr const char *executable = "model.elf";
  static std::string regionText(const std::string &region) { return "regions/" + region + ".mlir"; }
  static std::string object(const std::string &region, const std::string &isa) {
    return "objects/" + region + "." + isa + ".o";
  }
};

} // namespace mdc::pipeline
