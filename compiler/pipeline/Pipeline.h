// What the command line asks of the compiler: describe a model, check a spec, build a binary.
#pragma once

#include "compiler/spec/Spec.h"
#include "compiler/support/Diagnostics.h"
#include "compiler/support/ExitCode.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mdc::pipeline {

struct InputInfo {
  std::string name;
  std::string datatype;          ///< of the Open Inference Protocol: "FP32"; empty: it has none
  std::vector<int64_t> extents;  ///< -1: open
  std::vector<std::string> dims; ///< per axis the graph's name of an open one, else ""
};

struct ModelInfo {
  std::vector<InputInfo> inputs, outputs;
  std::string producer;
  int64_t opset = 0; ///< of ai.onnx
  int64_t irVersion = 0;
  size_t nodes = 0;
  uint64_t weightBytes = 0;
};

/// What an ONNX file says about itself; none after at least one error.
std::optional<ModelInfo> describe(const std::string &onnxPath, Diagnostics &diagnostics);

/// Everything that can be known without building; every node that cannot be compiled is one error.
/// True if there was none.
bool check(const spec::Spec &spec, Diagnostics &diagnostics);

/// The names of all ONNX operators that can be compiled, sorted.
std::vector<std::string> supportedOps();

enum class Target { Cpu };

struct BuildOptions {
  unsigned jobs = 0;     ///< steps that run at once; 0: one per core
  std::string stopAfter; ///< a stage of Stage.h; empty: go to the end
};

struct BuildReport {
  int exitCode = ExitDone; ///< else the build failed and the diagnostics say why
  std::string binaryPath;
  bool rebuilt = false; ///< false: everything was up to date
  uint64_t binaryBytes = 0;
  uint64_t weightBytes = 0;
  uint64_t arenaBytes = 0; ///< of the largest variant
  size_t regions = 0;
  size_t steps = 0;
  double seconds = 0;
};

/// Builds FOLDER/dist/cpu/NAME beside the spec; its working files are in FOLDER/.mdc/cpu. None
/// after an error in the spec or the model.
std::optional<BuildReport> build(const spec::Spec &spec, Target target, const BuildOptions &options,
                                 Diagnostics &diagnostics);

} // namespace mdc::pipeline
