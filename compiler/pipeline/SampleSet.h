// Sets of labelled or unlabelled samples: what calibration runs over and accuracy is measured on.
#pragma once

#include "compiler/package/Manifest.h"
#include "compiler/support/Diagnostics.h"
#include "compiler/support/NumpyArchive.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>
#include <string>
#include <vector>

namespace mdc::pipeline {

/// Where a set lies: an .npz, a CSV, or a pair of .npy.
struct SetSource {
  std::string path;      ///< .npz or .csv; empty: a pair
  std::string inputPath; ///< .npy of the model's only input
  std::string labelPath; ///< .npy; may be empty
};

struct SampleSet {
  int64_t samples = 0;
  /// In the order of the model's inputs, named like them: the samples' axis, then the input's own,
  /// a batch axis among them.
  std::vector<NumpyArray> inputs;
  /// Everything else that has one entry a sample: "label", expected outputs.
  std::vector<NumpyArray> others;

  const NumpyArray *other(llvm::StringRef name) const;
};

/// Reads a set and checks it against the model's inputs: every input is there, in its type, in its
/// shape with or without a leading extent of 1, as often as the others, at least once, and without
/// NaN or infinity. `what` names the set in errors ("calibration set"). None after one error.
std::optional<SampleSet> readSampleSet(const SetSource &source,
                                       llvm::ArrayRef<package::ManifestTensor> inputs,
                                       const std::string &what, Diagnostics &diagnostics);

/// Some of a set's samples as arrays that the binary's `infer` takes: `count` of them from `first`
/// on, joined along the leading axis of each input (which is then `count` times as long).
std::vector<NumpyArray> joinedSamples(const SampleSet &set, int64_t first, int64_t count);

/// SHA-256 over the set's files, in hex. None after one error.
std::optional<std::string> setDigest(const SetSource &source, Diagnostics &diagnostics);

} // namespace mdc::pipeline
