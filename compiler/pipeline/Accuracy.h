// Runs a finished binary over the labelled set of [accuracy] and measures its answers.
#pragma once

#include "compiler/package/Manifest.h"
#include "compiler/pipeline/Metric.h"
#include "compiler/pipeline/Model.h"
#include "compiler/pipeline/SampleSet.h"
#include "compiler/spec/Spec.h"

#include <optional>
#include <string>

namespace mdc::pipeline {

/// One set and metric for any number of binaries of one model. The set is read and checked when the
/// first of them runs.
class Accuracy {
public:
  /// Requests and answers lie in files of `workFolder` while a binary runs.
  Accuracy(const spec::AccuracySpec &spec, std::string workFolder, Diagnostics &diagnostics);
  ~Accuracy();

  /// Reads the set if nobody has, and compares it with what is known of the answers. False after
  /// one error that names the set.
  bool readSet(const BoundSignature &signature);

  /// None after one error: the set is malformed or does not fit the model, or the binary fails.
  std::optional<double> of(const std::string &binaryPath, const package::Manifest &manifest);

  /// Whether the binary failed because this machine has no device for it.
  bool lacksDevice() const { return lacksDevice_; }

private:
  /// The binary's first output for the whole set.
  std::optional<NumpyArray> answersOf(const std::string &binaryPath, const std::string &name);
  std::optional<Truth> truthFor(const NumpyArray &output);
  Answers answersIn(const NumpyArray &output) const;
  std::optional<double> compare(const NumpyArray &output);
  bool fitsAnswers(const BoundSignature &signature);
  bool writeRequests();
  bool refuse(const llvm::Twine &message, const llvm::Twine &note);

  const spec::AccuracySpec &spec_;
  std::string requestsPath_, answersPath_;
  Diagnostics &diagnostics_;
  SetSource source_;
  std::optional<SampleSet> set_;
  bool requestsWritten_ = false;
  bool lacksDevice_ = false;
};

SetSource setSourceOf(const spec::DataSetSpec &dataset);

} // namespace mdc::pipeline
