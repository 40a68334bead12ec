// What a serving binary says about itself, as JSON inside the file.
#pragma once

#include "compiler/support/Diagnostics.h"

#include "llvm/Support/JSON.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mdc::package {

struct ManifestTensor {
  std::string name;
  std::string datatype;       // Open Inference Protocol name: "FP32"
  std::vector<int64_t> shape; // -1: open
  bool operator==(const ManifestTensor &) const = default;
};

// Defaults of the binary's `serve` command; its flags and environment override them.
struct ManifestServe {
  std::string http = "0.0.0.0:8080";
  int64_t threads = 0;      // 0: the cores of the cgroup
  int64_t contexts = 0;     // requests computed at once; 0: one per two threads, at least 1
  int64_t queueMax = 256;   // requests waiting; one more gets 503
  int64_t maxBodyBytes = 0; // 0: derived from the largest inputs
  bool operator==(const ManifestServe &) const = default;
};

struct ManifestAccuracy {
  std::string metric;
  std::optional<double> value; // none: not measured, as who built it asked
  bool operator==(const ManifestAccuracy &) const = default;
};

struct Manifest {
  std::string mdcVersion;
  std::string name;
  std::string version;
  std::string target;           // "cpu"
  std::vector<std::string> isa; // variants inside: "v3", "v4", "vnni"
  std::string sourceSha256;     // of the model's graph file, hex
  std::vector<ManifestTensor> inputs;
  std::vector<ManifestTensor> outputs;
  ManifestServe serve;
  std::optional<ManifestAccuracy> accuracy; // of the finished binary, where the spec asks
  // For tools only; the runtime ignores them.
  llvm::json::Array calibrations; // one object for each run over the calibration set
  llvm::json::Array regions;
};

// One line, keys in the order above; equal manifests give equal text.
std::string manifestText(const Manifest &manifest);

// `file` names the origin in errors. None after one error: not JSON, a key missing or of another
// type.
std::optional<Manifest> readManifest(llvm::StringRef text, const std::string &file,
                                     Diagnostics &diagnostics);

} // namespace mdc::package
