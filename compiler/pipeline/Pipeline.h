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

enum class Target { Cpu, Cuda };

/// By its name in folders and on the command line; nothing for another.
std::optional<Target> targetOf(llvm::StringRef name);

struct BuildOptions {
  unsigned jobs = 0;       ///< steps that run at once; 0: one per core
  std::string stopAfter;   ///< a stage of Stage.h; empty: go to the end
  bool unmeasured = false; ///< [accuracy] is not measured; the manifest says so
};

/// How much a layer's compression costs, of a build that missed its gate or was repaired.
struct LayerContribution {
  std::string name; ///< of the ONNX node
  std::string precision;
  double sparsity = 0;
  double multiplyAdds = 0;
  std::optional<double> sqnrDb;
  std::optional<double> gain; ///< of the metric, with this layer alone left as it was; none:
                              ///< measured only together with its neighbours
};

/// What [accuracy] found.
struct AccuracyReport {
  std::string metric;
  std::optional<double> value;        ///< of the finished binary; none: not measured
  std::optional<double> uncompressed; ///< where the spec bounds the drop, or the gate is missed
  std::vector<std::string> repaired;  ///< layers that went back to float, the worst first
  double valueBefore = 0;             ///< repair
  uint64_t weightBytesBefore = 0;     ///< repair, of the whole binary
  std::vector<LayerContribution> culprits; ///< of a missed gate, the largest gain first
};

struct BuildReport {
  int exitCode = ExitDone; ///< else the build failed and the diagnostics say why
  std::string binaryPath;
  bool rebuilt = false; ///< false: everything was up to date
  uint64_t binaryBytes = 0;
  uint64_t weightBytes = 0;
  uint64_t uncompressedWeightBytes = 0; ///< the same without compression
  double int8Share = 0;                 ///< of the multiply-adds of convolutions and products
  size_t prunedLayers = 0, int8Layers = 0;
  uint64_t arenaBytes = 0; ///< of the largest variant
  size_t regions = 0;
  size_t steps = 0;
  double seconds = 0;
  std::optional<AccuracyReport> accuracy; ///< none: nothing was measured
};

/// Builds FOLDER/dist/TARGET/NAME beside the spec; its working files are in FOLDER/.mdc. None
/// after an error in the spec or the model. With [accuracy] the binary appears there only if the
/// gate holds; else an earlier one stays.
std::optional<BuildReport> build(const spec::Spec &spec, Target target, const BuildOptions &options,
                                 Diagnostics &diagnostics);

} // namespace mdc::pipeline
