// deploy.toml as plain structs: checked, defaults filled in, each value with its place in the file.
// Units are in the names. No stage sees this; pipeline/Options.cpp fills each stage's own options
// from it.
#pragma once

#include "compiler/support/Diagnostics.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mdc::spec {

/// A value and where the file says it; the position is unknown for a default.
template <typename T> struct Located {
  T value{};
  SourcePosition position;

  bool given() const { return position.known(); }
};

/// How [model.dims] binds one open dimension of the graph.
struct Dim {
  enum class Kind {
    Fixed,    ///< `height = 224`: a constant of the compiled model
    Variants, ///< `batch = [1, 8, 32]`: one compiled variant each; the smallest that fits is padded
    Range,    ///< `sequence = { max = 512 }`: one variant whose kernels take the true extent
  };
  std::string name; ///< the graph's name of the dimension, or "INPUT.AXIS" where it has none
  SourcePosition position;
  Kind kind = Kind::Fixed;
  int64_t minExtent = 1;               ///< of a Range; else the smallest of `variantExtents`
  int64_t maxExtent = 1;               ///< the largest extent that a request may have
  std::vector<int64_t> variantExtents; ///< strictly increasing; of a Range only its maximum
};

struct ModelSpec {
  Located<std::string> name;
  Located<std::string> graphPath; ///< as a path that can be opened from here
  Located<std::string> version;
  Located<std::string> sha256; ///< empty: not pinned
  std::vector<Dim> dims;       ///< in the file's order
};

struct PruneSpec {
  SourcePosition position;                   ///< of the section
  Located<double> sparsity;                  ///< share of the weights that becomes zero
  Located<std::string> pattern;              ///< "unstructured", "block-1xN", "channel"
  Located<std::string> scope;                ///< "global", "layer"
  Located<std::vector<std::string>> include; ///< patterns of node names
  Located<std::vector<std::string>> exclude;
  std::vector<std::string> restored; ///< the same, ranked with the others; no key: the gate sets it
  Located<bool> reconstruct;         ///< least squares on the calibration set
};

struct QuantizeSpec {
  SourcePosition position;          ///< of the section
  Located<std::string> weights;     ///< "int8"
  Located<std::string> activations; ///< "int8", "dynamic", "none"
  Located<std::string> granularity; ///< "channel", "tensor"
  Located<std::string> range;       ///< "percentile", "minmax", "entropy", "mse"
  Located<double> percentile;
  Located<bool> biasCorrection;
  Located<bool> reconstruct;
  Located<bool> reduceRange;                 ///< integers of 7 bits
  Located<std::vector<std::string>> exclude; ///< patterns of node names
};

struct CompressSpec {
  SourcePosition position;              ///< of [compress]; unknown: the file has none
  Located<std::string> calibrationPath; ///< empty: no set
  std::optional<PruneSpec> prune;       ///< none: [compress.prune] is not there
  std::optional<QuantizeSpec> quantize;

  bool asked() const { return prune || quantize; }
};

/// The labelled samples of [accuracy].
struct DataSetSpec {
  Located<std::string> inputsPath; ///< .npz or .csv; .npy of a pair
  Located<std::string> labelPath;  ///< .npy; empty: the labels are in `inputsPath`
};

struct AccuracySpec {
  SourcePosition position;
  DataSetSpec dataset;
  Located<std::string> metric; ///< a choice of SpecKeys
  std::optional<Located<double>> minimum;
  std::optional<Located<double>> maximum;
  std::optional<Located<double>> maxDrop; ///< against the build without [compress]
  Located<bool> repair;

  /// Of mse and max_abs_error: a drop is a rise there.
  bool smallerIsBetter() const;
};

struct TestSpec {
  Located<std::string> inputsPath; ///< empty: no test data
  Located<std::string> outputsPath;
  Located<double> tolerance; ///< relative to an output's largest magnitude
};

struct CpuTargetSpec {
  Located<std::string> arch;
  Located<std::vector<std::string>> isa; ///< "v3", "v4", "vnni"; weakest first
  Located<int64_t> threadCount;          ///< 0: the cores of the cgroup
};

struct CudaTargetSpec {
  Located<std::vector<std::string>> archs; ///< "sm_80", "sm_90a"; in the order of SpecKeys
  Located<std::string> precision;          ///< "f32", "bf16", "f16": of products
};

struct ServeSpec {
  Located<std::string> httpAddress;
  Located<int64_t> contextCount; ///< requests computed at once; 0: one per two threads, at least 1
  Located<int64_t> queueMax;     ///< requests that may wait
  Located<int64_t> bodyMaxBytes; ///< 0: derived from the largest inputs
};

struct PackageSpec {
  Located<std::string> image; ///< empty: NAME:VERSION
};

struct Spec {
  std::string path;   ///< of the file, as the user wrote it
  std::string folder; ///< its folder; relative paths of the file start here
  ModelSpec model;
  CompressSpec compress;
  std::optional<AccuracySpec> accuracy; ///< none: nothing is measured
  TestSpec test;
  CpuTargetSpec cpu;
  CudaTargetSpec cuda;
  ServeSpec serve;
  PackageSpec package;

  Location at(SourcePosition position) const { return {path, position}; }
};

/// Reads and checks the file. All its errors are reported in one run; none if there is one.
std::optional<Spec> readSpec(const std::string &path, Diagnostics &diagnostics);

} // namespace mdc::spec
