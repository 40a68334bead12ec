// What the front half of a build leaves behind for the next run and for reports:
// .mdc/cpu/program.json.
#pragma once

#include "compiler/package/Manifest.h"
#include "compiler/program/Program.h"
#include "compiler/support/Diagnostics.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mdc::pipeline {

struct RegionState {
  std::string name;
  std::vector<std::string> nodes;
  bool multipliesBytes = false; ///< has objects for levels with byteDots too
};

struct ProgramState {
  std::string fingerprint;  ///< of all that decided the files
  std::string sourceSha256; ///< of the model's graph file
  /// The model's files, the graph file first; last the calibration set if one was read.
  std::vector<std::string> sources;
  std::vector<package::ManifestTensor> inputs, outputs;
  std::vector<RegionState> regions;
  llvm::json::Array report;       ///< one object a region, for the manifest
  llvm::json::Array calibrations; ///< one object a run over the calibration set, for the manifest
  uint64_t weightBytes = 0;
  uint64_t arenaBytes = 0;
  uint64_t stepCount = 0;
};

/// All but the fingerprint, the sources and the calibrations.
ProgramState stateOf(const program::Program &program);

std::string stateText(const ProgramState &state);

/// What an earlier run wrote; nothing, without an error, if there is none or it is damaged.
std::optional<ProgramState> readState(const std::string &path);

} // namespace mdc::pipeline
