// A build whose binary reaches dist/ only if its measured accuracy holds.
#pragma once

#include "compiler/codegen/Target.h"
#include "compiler/pipeline/Accuracy.h"
#include "compiler/pipeline/BuildFolder.h"
#include "compiler/pipeline/GateRecord.h"
#include "compiler/pipeline/LayerSearch.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/plan/Fingerprint.h"

namespace mdc::pipeline {

/// Every build of the loop (the candidate, the one without compression, those with layers returned
/// to float) has a subfolder of the build folder and shares regions and objects with the others.
class GatedBuild {
public:
  /// `spec` has [accuracy].
  GatedBuild(const spec::Spec &spec, codegen::Target target, unsigned jobs,
             Diagnostics &diagnostics);

  BuildReport run();
  /// The binary reaches dist/ whatever its accuracy.
  BuildReport runUnmeasured();

  /// The subfolder of the build that is judged first.
  static constexpr const char *candidateFolder = "candidate";

private:
  using Layers = std::vector<std::string>;

  /// A finished binary that has not been judged.
  struct Candidate {
    BuildFolder folder;
    package::Manifest manifest;
    std::string contentSha256; ///< of code and weights
    Layers floatLayers;        ///< those that the spec compresses and this binary does not
    double value = 0;          ///< of the metric, once it is measured
  };

  /// Builds with these layers as they were, and measures. None with the report's exit code set.
  std::optional<Candidate> make(const std::string &subfolder, Layers floatLayers);
  std::optional<Candidate> build(const spec::Spec &spec, const std::string &subfolder);
  bool measure(Candidate &candidate);
  /// What the drop is counted from; without [compress] that is the candidate itself.
  bool measureUncompressed(const Candidate &candidate);
  std::optional<double> valueWithFloat(const Candidate &candidate, const Layers &floatLayers);

  bool holds(double value) const;
  bool dropHolds(double value) const;
  /// The bound that `value` misses, or that of [accuracy] itself.
  Location missedBound(double value) const;
  /// Positive where `value` is better than `other`.
  double gain(double value, double other) const;
  /// Layers that are compressed, the largest measured contribution first.
  std::optional<std::vector<LayerGroup>> rank(const Candidate &candidate);
  /// The fewest of the worst layers with which the gate holds; none if it never does.
  std::optional<Layers> repairedLayers(const Candidate &candidate,
                                       const std::vector<LayerGroup> &ranked);
  std::optional<Candidate> repair(const Candidate &candidate,
                                  const std::vector<LayerGroup> &ranked);
  BuildReport publish(const Candidate &candidate, std::optional<double> value);
  BuildReport miss(const Candidate &candidate, const std::vector<LayerGroup> &ranked);
  std::string boundText() const;
  std::string wayOut() const;

  bool checkSet();
  /// Of the labelled set, the metric and mdc. Empty after one error.
  std::string setKey();
  std::string valueKey(const std::string &contentSha256);
  std::string decisionKey(const Candidate &candidate);
  BuildReport failed();

  const spec::Spec &spec;
  const spec::AccuracySpec &gate;
  codegen::Target target;
  unsigned jobs;
  Diagnostics &diagnostics;
  BuildFolder root;
  Accuracy accuracy;
  GateRecord record;
  BuildReport report;
  AccuracyReport found;
  std::string setDigests; ///< of the labelled set's files, empty: not computed yet
};

} // namespace mdc::pipeline
